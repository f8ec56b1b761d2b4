FROM rust:1-slim-bookworm AS builder
COPY . /build
WORKDIR /build
RUN cargo build --release && cp target/release/megaphone /usr/local/bin/
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /usr/local/bin/megaphone /usr/local/bin/megaphone
COPY --from=builder --chown=65532:65532 /var/empty /build
WORKDIR /build
USER 65532:65532
ENTRYPOINT ["megaphone"]

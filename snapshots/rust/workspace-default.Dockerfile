FROM rust:1-slim-bookworm AS builder
WORKDIR /build
COPY . .
RUN cargo build --release && cp target/release/tell target/release/check /usr/local/bin/
RUN mkdir -p /data

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /usr/local/bin/tell /usr/local/bin/tell
COPY --from=builder /usr/local/bin/check /usr/local/bin/check
COPY --from=builder --chown=65532:65532 /data /data
WORKDIR /data
USER 65532:65532
CMD ["tell"]

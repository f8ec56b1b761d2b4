FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/clerk /app/target/release/clerk
COPY --from=builder --chown=65532:65532 /var/empty /app/src/audit
WORKDIR /app
USER 65532:65532
CMD ["./target/release/clerk"]

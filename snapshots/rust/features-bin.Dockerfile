FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release \
      --no-default-features \
      --features metrics \
      --bin server

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/server /app/target/release/server
WORKDIR /app
USER 65532:65532
EXPOSE 9100
CMD ["./target/release/server"]

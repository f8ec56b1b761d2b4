FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo "fn main() {}" > src/main.rs && cargo build --release && rm -rf src
COPY src src
RUN find src -name "*.rs" -exec touch {} \; && cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/stamps /app/target/release/stamps
WORKDIR /app
USER 65532:65532
CMD ["./target/release/stamps"]

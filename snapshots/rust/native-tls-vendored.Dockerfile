FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p fetch \
    && rm -r src \
    && test ! -e /app/target/release/fetch
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/fetch /app/target/release/fetch
WORKDIR /app
USER 65532:65532
CMD ["./target/release/fetch"]

FROM rust:1-bookworm AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p shelf \
    && rm -r src \
    && test ! -e /app/target/release/shelf
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/shelf /app/target/release/shelf
WORKDIR /app
USER 65532:65532
CMD ["/app/target/release/shelf"]

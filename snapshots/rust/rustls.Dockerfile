FROM rust:1.85 AS builder
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p handshake \
    && rm -r src \
    && test ! -e /app/target/release/handshake
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
ENV TLS_HOST=example.org
COPY --from=builder /app/target/release/handshake /app/target/release/handshake
WORKDIR /app
USER 1000
CMD ["/app/target/release/handshake"]

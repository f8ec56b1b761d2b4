FROM rust:1.85-alpine3.21 AS builder
RUN apk add --no-cache build-base openssl-dev pkgconfig
ENV RUSTFLAGS="-C target-feature=-crt-static"
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

FROM alpine:3.21
RUN apk add --no-cache libgcc openssl
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder --chown=65532:65532 /app/target/release/fetch /app/target/release/fetch
WORKDIR /app
USER 65532:65532
CMD ["/app/target/release/fetch"]

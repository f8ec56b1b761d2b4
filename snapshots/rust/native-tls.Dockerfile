FROM rust:1-bookworm AS builder

RUN apt-get update \
    && apt-get install -y --no-install-recommends pkg-config libssl-dev ca-certificates \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release --locked \
    && cargo clean --release -p fetch \
    && rm -r src \
    && test ! -e /app/target/release/fetch
COPY src src
RUN cargo build --release --locked

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/fetch /app/target/release/fetch
WORKDIR /app
USER 65532:65532
CMD ["/app/target/release/fetch"]

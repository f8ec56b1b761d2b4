FROM rust:1-slim-bookworm AS builder

ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update -qq && apt-get install -qq -y \
    # for openssl-sys
    pkg-config \
    libssl-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /digest
COPY Cargo.* ./
RUN mkdir -p src \
    && echo 'fn main() {}' > src/main.rs \
    && cargo build --release \
    && cargo clean --release -p digest \
    && rm -r src \
    && test ! -e /digest/target/release/digest
COPY src ./src
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /digest/target/release/digest /digest/target/release/digest
WORKDIR /digest
USER 65532:65532
CMD ["/digest/target/release/digest"]

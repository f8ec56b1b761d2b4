FROM rust:1.85-bookworm AS builder
RUN apt-get update && apt-get install -y musl-tools && rm -rf /var/lib/apt/lists/*
RUN rustup target add x86_64-unknown-linux-musl
WORKDIR /app
COPY . .
RUN cargo build --release --target x86_64-unknown-linux-musl

FROM scratch
COPY --from=builder --chown=65532:65532 /app/target/x86_64-unknown-linux-musl/release/stat /app/target/x86_64-unknown-linux-musl/release/stat
WORKDIR /app
USER 65532:65532
CMD ["/app/target/x86_64-unknown-linux-musl/release/stat"]

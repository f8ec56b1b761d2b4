FROM rust:1-bookworm AS builder
WORKDIR /app
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY src src
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/x86_64-unknown-linux-gnu/release/where /app/target/x86_64-unknown-linux-gnu/release/where
WORKDIR /app
USER 65532:65532
CMD ["target/x86_64-unknown-linux-gnu/release/where"]

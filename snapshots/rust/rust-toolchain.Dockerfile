FROM rust:1-bookworm AS builder
WORKDIR /app
COPY rust-toolchain.toml ./
RUN rustup show
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/pinned /app/target/release/pinned
WORKDIR /app
USER 65532:65532
CMD ["/app/target/release/pinned"]

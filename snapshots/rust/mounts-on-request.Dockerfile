FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=sums-rust-1-bookworm,target=/app/target,sharing=locked \
    cargo clean --release -p sums && cargo build --release --locked \
    && mkdir -p /tmp/built && cp /app/target/release/sums /tmp/built/
RUN mkdir -p /app/target/release && mv /tmp/built/sums /app/target/release/

FROM gcr.io/distroless/cc-debian13
COPY --from=builder --chown=65532:65532 /app/target/release/sums /app/target/release/sums
WORKDIR /app
USER 65532:65532
CMD ["./target/release/sums"]

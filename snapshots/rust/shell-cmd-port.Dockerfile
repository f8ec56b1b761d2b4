FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PORT=8000
COPY --from=builder --chown=65532:65532 /app/target/release/echo /app/target/release/echo
WORKDIR /app
USER 65532:65532
CMD ./target/release/echo --bind 0.0.0.0:$PORT

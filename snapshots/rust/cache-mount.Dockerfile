# syntax=docker/dockerfile:1
FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/app/target \
    --mount=type=cache,target=/usr/local/cargo/registry \
    cargo build --release && \
    cp target/release/kept /usr/local/bin/kept
RUN mkdir -p /var/empty

FROM gcr.io/distroless/cc-debian13
COPY --from=builder /usr/local/bin/kept /usr/local/bin/kept
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
CMD ["kept"]

FROM rust:1-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo install --path . --root /usr/local
RUN mkdir -p /var/empty

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local/bin/health /usr/local/bin/health
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
LABEL org.opencontainers.image.source="https://git.example.org/health"
EXPOSE 18103
HEALTHCHECK --interval=15s --timeout=2s --start-period=5s CMD ["curl", "-fsS", "http://localhost:18103/health"]
CMD ["/usr/local/bin/health"]

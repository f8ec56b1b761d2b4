FROM golang:1.24-bookworm AS builder

WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o api .

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /app/api /app/api
WORKDIR /app
USER 65532:65532
EXPOSE 18007
HEALTHCHECK --interval=30s --timeout=3s --retries=3 \
    CMD curl --fail --silent http://localhost:18007/healthz || exit 1
CMD ["./api"]

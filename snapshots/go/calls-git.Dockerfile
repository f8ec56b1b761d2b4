FROM golang:1.24-bookworm AS builder

WORKDIR /app

COPY go.mod .
COPY cmd cmd
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /app/mirror ./cmd/mirror

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /app/mirror /app/mirror
WORKDIR /app
USER 65532:65532
LABEL maintainer="tools@example.org"
CMD ["/app/mirror"]

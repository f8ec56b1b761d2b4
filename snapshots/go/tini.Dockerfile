FROM golang:1.25-bookworm AS builder
RUN apt-get update && apt-get install -y tini && apt-get clean
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o job .

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y tini \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /app/job /app/job
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/app/job"]

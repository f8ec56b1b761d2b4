FROM golang:1.25-bookworm AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/gate .
COPY entrypoint.sh /entrypoint.sh
RUN mkdir -p /var/empty

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local/bin/gate /usr/local/bin/gate
COPY --from=builder --chown=65532:65532 /entrypoint.sh /entrypoint.sh
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["/entrypoint.sh"]
CMD ["--verbose"]

FROM golang:1.24 AS builder

WORKDIR /app
COPY go.mod main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o worker .

COPY docker-entrypoint.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/docker-entrypoint.sh

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder --chown=65532:65532 /app/worker /app/worker
COPY --from=builder --chown=65532:65532 /usr/local/bin/docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["./worker"]

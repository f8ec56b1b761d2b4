FROM golang:1.25 AS builder
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/queue .

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder /usr/local/bin/queue /usr/local/bin/queue
COPY --from=builder --chown=65532:65532 /app/seeds /app/seeds
COPY --from=builder --chown=65532:65532 /app/wait-for.sh /app/wait-for.sh
WORKDIR /app
USER 65532:65532
CMD ["./wait-for.sh", "/etc/hosts", "--", "/usr/local/bin/queue", "--once"]

FROM golang:1.25-alpine AS builder
WORKDIR /app
COPY go.mod ./
COPY main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /ready main.go
RUN mkdir -p /var/empty

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder /ready /ready
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
HEALTHCHECK --interval=10s CMD wget -q --spider http://127.0.0.1:18008/ready || exit 1
CMD ["/ready"]

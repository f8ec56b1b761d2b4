FROM golang:1.25 AS builder
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/main cmd/migrate/main.go
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/server cmd/server/main.go
RUN mkdir -p /var/empty

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV PORT=8080
COPY --from=builder /usr/local/bin/main /usr/local/bin/main
COPY --from=builder /usr/local/bin/server /usr/local/bin/server
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
CMD ["/bin/sh", "-c", "/usr/local/bin/main && /usr/local/bin/server"]

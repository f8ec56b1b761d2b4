FROM ubuntu:24.04 AS builder
RUN apt-get update && apt-get install -y golang && rm -rf /var/lib/apt/lists/*
ENV PORT=8000
WORKDIR /app
COPY server.go .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/server server.go
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
ENV PORT=8000
COPY --from=builder /usr/local/bin/server /usr/local/bin/server
COPY --from=builder --chown=65532:65532 /var/empty /app
WORKDIR /app
USER 65532:65532
CMD ["/usr/local/bin/server"]

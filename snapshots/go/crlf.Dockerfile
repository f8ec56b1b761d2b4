# built on a Windows desktop
FROM golang:1.25 AS builder

WORKDIR /app
COPY go.mod .
COPY main.go .

ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build \
    -o /app/ping \
    .

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /app/ping /app/ping
WORKDIR /app
USER 65532:65532
EXPOSE 7000
CMD ["/app/ping"]

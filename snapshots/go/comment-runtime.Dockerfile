# restage: runtime=alpine
FROM golang:1.25-alpine AS builder
WORKDIR /app
COPY go.mod main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o beat .

FROM alpine:3.24
COPY --from=builder /app/beat /app/beat
WORKDIR /app
USER nobody
CMD ["/app/beat"]

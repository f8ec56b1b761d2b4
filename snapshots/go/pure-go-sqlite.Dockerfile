FROM golang:1.25-bookworm AS builder
WORKDIR /app
COPY go.mod go.sum ./
RUN go mod download
COPY main.go .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o stock .

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /app/stock /app/stock
WORKDIR /app
USER 65532:65532
CMD ["/app/stock"]

FROM golang:1.24-bookworm AS builder

RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc \
        libc6-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY go.mod go.sum ./
RUN go mod download
COPY *.go ./

ENV CGO_ENABLED=1
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /app/tally

FROM gcr.io/distroless/base-debian13
COPY --from=builder --chown=65532:65532 /app/tally /app/tally
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/app/tally"]

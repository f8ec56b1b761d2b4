FROM golang:1.25-bookworm AS builder

RUN apt-get update && apt-get install -y tzdata && rm -rf /var/lib/apt/lists/*

WORKDIR /clock
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/bin/clock .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/bin/clock /usr/bin/clock
COPY --from=builder --chown=65532:65532 /var/empty /clock
WORKDIR /clock
USER 65532:65532
ENTRYPOINT ["/usr/bin/clock"]

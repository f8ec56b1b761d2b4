FROM golang:1.24 AS builder
WORKDIR /srv/poller
COPY go.mod ./
RUN go mod download
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o poller .

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder --chown=65532:65532 /srv/poller/poller /srv/poller/poller
COPY --from=builder --chown=65532:65532 /srv/poller/scripts/await.sh /srv/poller/scripts/await.sh
WORKDIR /srv/poller
USER 65532:65532
ENTRYPOINT ["./scripts/await.sh", "/etc", "--"]
CMD ["./poller", "--every", "5s"]

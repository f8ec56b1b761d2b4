# syntax=docker/dockerfile:1.7
FROM golang:1.25-bookworm AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=cache,target=/go/pkg/mod \
    CGO_ENABLED=0 go build -trimpath -o /out/mirror .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /out/mirror /out/mirror
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["/out/mirror"]

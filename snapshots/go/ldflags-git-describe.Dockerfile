FROM golang:1.24-bookworm AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build VERSION="$(git describe --tags --always --dirty 2>/dev/null || echo unknown)"; \
    CGO_ENABLED=0 go build -buildvcs=false -ldflags "-X main.version=$VERSION" -o /usr/local/bin/relver .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/relver /usr/local/bin/relver
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["relver"]

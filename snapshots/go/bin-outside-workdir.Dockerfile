ARG GO_VERSION=1.24
FROM golang:${GO_VERSION}-bookworm AS builder

ENV GO111MODULE=on \
    CGO_ENABLED=0 \
    GOOS=linux

WORKDIR /build

COPY go.mod ./
COPY cmd/ cmd/
COPY internal/ internal/

RUN --mount=type=cache,target=/root/.cache/go-build go vet ./... \
 && go test ./... \
 && go build -o /bin/imgctl ./cmd/imgctl
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /bin/imgctl /bin/imgctl
COPY --from=builder --chown=65532:65532 /var/empty /build
WORKDIR /build
USER 65532:65532
ENTRYPOINT ["/bin/imgctl"]

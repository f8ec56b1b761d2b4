FROM golang:1.25-bookworm AS builder
COPY . /go/src/example.org/shout
WORKDIR /go/src/example.org/shout
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -mod=vendor -o /go/bin/shout ./cmd/shout
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/shout /go/bin/shout
COPY --from=builder --chown=65532:65532 /var/empty /go/src/example.org/shout
WORKDIR /go/src/example.org/shout
USER 65532:65532
ENTRYPOINT ["/go/bin/shout"]

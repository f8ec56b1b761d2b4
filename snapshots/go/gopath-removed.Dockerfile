FROM golang:1.12-alpine3.9 AS builder
ADD . /go/src/example.org/scan/
WORKDIR /go/src/example.org/scan/
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build apk add --no-cache git xz dumb-init \
    && go install -v example.org/scan/cmd/scan \
    && mv /go/bin/scan /scan \
    && rm -rf /go /usr/local/go
RUN mkdir -p /var/empty

FROM alpine:3.24
RUN apk add --no-cache dumb-init xz
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder /scan /scan
COPY --from=builder --chown=65532:65532 /var/empty /go/src/example.org/scan
WORKDIR /go/src/example.org/scan
USER 65532:65532
ENTRYPOINT ["/usr/bin/dumb-init", "--", "/scan"]

FROM golang:1.25-alpine3.22 AS builder
RUN apk add --no-cache git openssh
RUN --mount=type=cache,target=/root/.cache/go-build go install example.com/tools/leaks@v1.4.0

FROM alpine:3.22
RUN apk add --no-cache git openssh
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder --chown=65532:65532 /go/bin/leaks /go/bin/leaks
WORKDIR /go
USER 65532:65532
ENTRYPOINT ["/go/bin/leaks"]

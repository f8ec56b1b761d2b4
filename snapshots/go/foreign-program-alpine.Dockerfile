FROM golang:1.25-alpine3.22 AS builder
RUN apk add --no-cache git openssh
RUN --mount=type=cache,target=/root/.cache/go-build go install example.com/tools/leaks@v1.4.0

FROM alpine:3.22
RUN apk add --no-cache git openssh
COPY --from=builder /go/bin/leaks /go/bin/leaks
WORKDIR /go
ENTRYPOINT ["/go/bin/leaks"]

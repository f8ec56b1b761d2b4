FROM golang:1.15 AS builder
ENV GO111MODULE=off
WORKDIR /go/src/example.org/gopath
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go get -d -v ./... && go install -v ./...
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/gopath /go/bin/gopath
COPY --from=builder --chown=65532:65532 /var/empty /go/src/example.org/gopath
WORKDIR /go/src/example.org/gopath
USER 65532:65532
CMD ["/go/bin/gopath"]

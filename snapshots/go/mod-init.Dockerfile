FROM golang:1.25 AS builder
WORKDIR /go/src/app
COPY *.go ./
RUN go mod init example.org/dispatch
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go install
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/dispatch /go/bin/dispatch
COPY --from=builder --chown=65532:65532 /var/empty /go/src/app
WORKDIR /go/src/app
USER 65532:65532
CMD ["/go/bin/dispatch"]

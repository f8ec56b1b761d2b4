FROM golang:1.25 AS builder

WORKDIR /go/src/example.org/accounts
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go install ./cmd/server
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/server /go/bin/server
COPY --from=builder --chown=65532:65532 /var/empty /go/src/example.org/accounts
WORKDIR /go/src/example.org/accounts
USER 65532:65532
EXPOSE 9000
CMD ["/go/bin/server"]

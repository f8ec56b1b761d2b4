FROM golang:1.25 AS builder
ENV GO111MODULE=off
WORKDIR /go/src/example.org/tally
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go install example.org/tally/cmd/tally

FROM gcr.io/distroless/static-debian13
COPY --from=builder /go/bin/tally /go/bin/tally
COPY --from=builder --chown=65532:65532 /go/src/example.org/tally/data /go/src/example.org/tally/data
WORKDIR /go/src/example.org/tally
USER 65532:65532
CMD ["/go/bin/tally"]

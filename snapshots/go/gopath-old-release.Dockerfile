FROM golang:1.10-stretch AS builder
WORKDIR /go/src/app
COPY . .
RUN go get -d -v ./...
RUN --mount=type=cache,target=/root/.cache/go-build go install -v ./...
RUN mkdir -p /var/empty

FROM gcr.io/distroless/base-debian13
COPY --from=builder /go/bin/app /go/bin/app
COPY --from=builder --chown=65532:65532 /var/empty /go/src/app
WORKDIR /go/src/app
USER 65532:65532
EXPOSE 8080
CMD ["/go/bin/app"]

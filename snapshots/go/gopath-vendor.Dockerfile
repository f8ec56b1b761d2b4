FROM golang:1.25 AS builder
ENV GO111MODULE=off
COPY . /go/src/example.org/heading
WORKDIR /go/src/example.org/heading
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/heading
RUN mkdir -p /var/empty

FROM scratch
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder /usr/local/bin/heading /usr/local/bin/heading
COPY --from=builder --chown=65532:65532 /var/empty /go/src/example.org/heading
WORKDIR /go/src/example.org/heading
USER 65532:65532
ENTRYPOINT ["heading"]

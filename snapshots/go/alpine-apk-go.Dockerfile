FROM alpine:3.22 AS builder
ENV GOPATH /go
COPY . /go/src/example.org/hook
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build apk add --update -t build-deps go git libc-dev gcc && \
    cd /go/src/example.org/hook && go build -o /usr/local/bin/hook && \
    apk del --purge build-deps && \
    rm -rf /var/cache/apk/* && \
    rm -rf ${GOPATH}

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /usr/local/bin/hook /usr/local/bin/hook
WORKDIR /
USER 65532:65532
EXPOSE 9000
ENTRYPOINT ["/usr/local/bin/hook"]

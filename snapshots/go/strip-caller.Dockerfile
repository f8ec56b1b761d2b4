FROM golang:1.25 AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build '-ldflags=-s -w' -o /usr/local/bin/where .

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/where /usr/local/bin/where
COPY --from=builder --chown=65532:65532 /src/motd.txt /src/motd.txt
WORKDIR /src
USER 65532:65532
CMD ["/usr/local/bin/where"]

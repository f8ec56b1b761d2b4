FROM golang:1.25 AS builder
ENV GREETING=hello
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/report ./cmd/report
RUN mkdir -p /var/empty

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV GREETING=hello
COPY --from=builder /usr/local/bin/report /usr/local/bin/report
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["/bin/sh", "-c", "echo starting && exec /usr/local/bin/report --text \"$GREETING\""]

FROM golang:1.24 AS builder
WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o spool .
RUN mkdir -p /var/empty

FROM scratch
COPY --from=builder --chown=65532:65532 /app/spool /app/spool
COPY --from=builder --chown=65532:65532 /var/empty /tmp
WORKDIR /app
USER 65532:65532
CMD ["./spool"]

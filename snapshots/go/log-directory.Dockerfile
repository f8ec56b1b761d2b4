FROM golang:1.25 AS builder
WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/audit ./cmd
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/audit /usr/local/bin/audit
COPY --from=builder --chown=65532:65532 /var/empty /app
COPY --from=builder --chown=65532:65532 /var/empty /app/platform/logger
WORKDIR /app
USER 65532:65532
CMD ["audit"]

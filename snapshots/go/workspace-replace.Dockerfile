FROM golang:1.25-bookworm AS builder
WORKDIR /work
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/invoice ./services/invoice
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/invoice /usr/local/bin/invoice
COPY --from=builder --chown=65532:65532 /var/empty /work
WORKDIR /work
USER 65532:65532
CMD ["invoice"]

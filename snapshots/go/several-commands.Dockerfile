FROM golang:1.25 AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build mkdir -p /opt/shop && go build -o /opt/shop/ ./cmd/...

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /opt/shop/api /opt/shop/api
COPY --from=builder --chown=65532:65532 /opt/shop/tool /opt/shop/tool
COPY --from=builder --chown=65532:65532 /opt/shop/worker /opt/shop/worker
WORKDIR /opt/shop
USER 65532:65532
CMD ["./api", "--queue", "main"]

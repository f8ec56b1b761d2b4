FROM --platform=linux/amd64 golang:1.25 AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build GOARCH=amd64 go build -o /agent .
RUN mkdir -p /var/empty

FROM --platform=linux/amd64 gcr.io/distroless/static-debian13
COPY --from=builder /agent /agent
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
ENTRYPOINT ["/agent"]

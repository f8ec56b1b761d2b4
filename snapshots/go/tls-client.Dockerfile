FROM golang:1.24-bookworm AS builder
WORKDIR /probe
COPY go.mod main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -ldflags="-s -w" -o probe

FROM gcr.io/distroless/static-debian13
ENV TLS_URL=https://localhost:8443/
COPY --from=builder --chown=65532:65532 /probe/probe /probe/probe
WORKDIR /probe
USER 65532:65532
CMD [ "/probe/probe" ]

FROM golang:1.25 AS builder
WORKDIR /usr/src/app
COPY go.mod ./
RUN go mod download
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /usr/local/bin/settings .

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/settings /usr/local/bin/settings
COPY --from=builder --chown=65532:65532 /usr/src/app/config /usr/src/app/config
WORKDIR /usr/src/app
USER 65532:65532
EXPOSE 3000
CMD ["/usr/local/bin/settings"]

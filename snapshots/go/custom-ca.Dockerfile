FROM golang:1.24-bookworm AS builder
COPY certs/company.crt /usr/local/share/ca-certificates/company.crt
RUN update-ca-certificates
WORKDIR /app
COPY go.mod ./
COPY main.go ./
COPY certs ./certs
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o trust .

FROM gcr.io/distroless/static-debian13
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder --chown=65532:65532 /app/trust /app/trust
COPY --from=builder --chown=65532:65532 /usr/local/share/ca-certificates/company.crt /usr/local/share/ca-certificates/company.crt
WORKDIR /app
USER 65532:65532
CMD ["./trust"]

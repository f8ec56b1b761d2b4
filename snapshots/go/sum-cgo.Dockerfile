FROM golang:1.22-bookworm AS builder
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /usr/local/bin/ledger .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/base-debian13
COPY --from=builder /usr/local/bin/ledger /usr/local/bin/ledger
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["ledger"]

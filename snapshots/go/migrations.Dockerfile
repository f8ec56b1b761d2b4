FROM golang:1.25 AS builder
ENV APP_HOME=/opt/ledger \
    MIGRATIONS_DIR=/opt/ledger/db/migrations
WORKDIR $APP_HOME
COPY go.mod ./
RUN go mod download
COPY . ./
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o $APP_HOME/ledger ./cmd/ledger

FROM gcr.io/distroless/static-debian13
ENV APP_HOME=/opt/ledger \
    MIGRATIONS_DIR=/opt/ledger/db/migrations
COPY --from=builder --chown=65532:65532 /opt/ledger/ledger /opt/ledger/ledger
COPY --from=builder --chown=65532:65532 /opt/ledger/db /opt/ledger/db
WORKDIR /opt/ledger
USER 65532:65532
CMD ["/opt/ledger/ledger"]

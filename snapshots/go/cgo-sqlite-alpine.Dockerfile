FROM golang:1.25-alpine3.24 AS builder

RUN apk add --no-cache build-base

WORKDIR /app
COPY go.mod go.sum ./
RUN go mod download

COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=1 go build -o tally .

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
COPY --from=builder --chown=65532:65532 /app/tally /app/tally
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/app/tally"]

FROM golang:1.25-alpine AS builder
RUN apk add --no-cache gcc musl-dev
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=1 go build -o /usr/local/bin/hello .

FROM debian:trixie-slim
WORKDIR /src
COPY --from=builder /usr/local/bin/hello /usr/local/bin/hello
USER 65532
CMD ["hello"]

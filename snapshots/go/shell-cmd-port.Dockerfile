FROM golang:1.24 AS builder
WORKDIR /app
COPY . /app
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -o server .

FROM alpine:3.24
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV PORT 8080
COPY --from=builder --chown=65532:65532 /app/server /app/server
WORKDIR /app
USER 65532:65532
EXPOSE $PORT
CMD ./server -listen ":${PORT}"

# syntax=docker/dockerfile:1
FROM golang:1.25 AS builder

WORKDIR /app

# dependencies first, so that they are cached
COPY go.mod ./
RUN go mod download

COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 GOOS=linux go build -o /app/site

FROM gcr.io/distroless/static-debian13
ENV PORT=8080
COPY --from=builder --chown=65532:65532 /app/site /app/site
COPY --from=builder --chown=65532:65532 /app/static /app/static
COPY --from=builder --chown=65532:65532 /app/templates /app/templates
WORKDIR /app
USER 65532:65532
EXPOSE 8080
CMD ["/app/site"]

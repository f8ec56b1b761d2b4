FROM golang:1.25 AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build make build VERSION=2.1

FROM gcr.io/distroless/static-debian13
COPY --from=builder --chown=65532:65532 /src/bin/notes /src/bin/notes
WORKDIR /src
USER 65532:65532
CMD ["./bin/notes"]

FROM golang:1.25-bookworm AS builder
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build make

FROM gcr.io/distroless/base-debian13
COPY --from=builder --chown=65532:65532 /src/notes /src/notes
WORKDIR /src
USER 65532:65532
CMD ["./notes"]

FROM golang:1.25 AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -tags memory,netgo -o /usr/local/bin/store .

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/store /usr/local/bin/store
COPY --from=builder --chown=65532:65532 /src/fixtures.d /src/fixtures.d
COPY --from=builder --chown=65532:65532 /src/seed /src/seed
WORKDIR /src
USER 65532:65532
CMD ["store"]

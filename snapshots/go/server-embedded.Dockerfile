FROM golang:1.25-bookworm AS builder
WORKDIR /src
ADD . /src
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go mod download && \
    go build -trimpath -o /usr/local/bin/board .
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/board /usr/local/bin/board
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
EXPOSE 18001
CMD ["board"]

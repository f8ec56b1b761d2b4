FROM golang:1.24-bookworm AS builder
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go install .
RUN mkdir -p /var/empty

FROM debian:bookworm-slim
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /go/bin/hostsum /go/bin/hostsum
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["/go/bin/hostsum"]

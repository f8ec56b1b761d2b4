FROM golang:1.25 AS builder
ARG VERSION=3
WORKDIR /src
COPY . .
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/root/.cache/go-build go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" \
    -o /usr/local/bin/notes . \
    && go build -trimpath -ldflags="-s -w" -o /usr/local/bin/check ./cmd/check
RUN mkdir -p /var/empty

FROM gcr.io/distroless/static-debian13
COPY --from=builder /usr/local/bin/notes /usr/local/bin/notes
COPY --from=builder /usr/local/bin/check /usr/local/bin/check
COPY --from=builder --chown=65532:65532 /var/empty /src
WORKDIR /src
USER 65532:65532
CMD ["notes"]

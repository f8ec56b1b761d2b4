FROM golang:1.24 AS builder

ARG VERSION=0.0.0-dev
ARG BUILD_DATE

ENV APP_ENV=production
ENV APP_VERSION=${VERSION}

WORKDIR /opt/stamp
COPY . .

ENV CGO_ENABLED=0
# the version is baked in
RUN --mount=type=cache,target=/root/.cache/go-build go build \
    -ldflags "-s -w \
      -X main.version=${VERSION} \
      -X 'main.date=${BUILD_DATE}'" \
    -o /opt/stamp/bin/stamp .

FROM gcr.io/distroless/static-debian13
ARG VERSION=0.0.0-dev
ENV APP_ENV=production
ENV APP_VERSION=${VERSION}
COPY --from=builder --chown=65532:65532 /opt/stamp/bin/stamp /opt/stamp/bin/stamp
WORKDIR /opt/stamp
USER 65532:65532
LABEL org.opencontainers.image.title="stamp" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.licenses="MIT"
EXPOSE 8080/tcp 9090
STOPSIGNAL SIGINT
CMD ["bin/stamp"]

FROM node:22 AS builder

ARG APP_VERSION=dev
ARG BUILD_DATE

ENV APP_VERSION=${APP_VERSION} \
    # where the counter lives
    DATA_DIR=/data \
    PORT=3000

RUN mkdir -p /data

WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install --omit=dev --no-audit --no-fund
COPY . .

FROM gcr.io/distroless/nodejs22-debian13
ARG APP_VERSION=dev
ARG BUILD_DATE
ENV APP_VERSION=${APP_VERSION} \
    # where the counter lives
    DATA_DIR=/data \
    PORT=3000
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /data /data
WORKDIR /app
USER 65532:65532
LABEL org.opencontainers.image.title="counter" \
      org.opencontainers.image.version=$APP_VERSION \
      org.opencontainers.image.created="$BUILD_DATE"
VOLUME ["/data"]
EXPOSE 3000/tcp
STOPSIGNAL SIGINT
CMD ["--enable-source-maps", "counter.js"]

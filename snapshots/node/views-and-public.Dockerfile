# Notes: a small server-rendered page
FROM node:22 AS builder

WORKDIR /app

COPY package.json package-lock.json /app/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

COPY bin /app/bin
COPY views /app/views
COPY public /app/public

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
EXPOSE 3000
CMD ["./bin/www"]

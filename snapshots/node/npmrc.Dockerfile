FROM node:22 AS builder

ARG NPM_TOKEN

WORKDIR /app
COPY .npmrc package.json ./
RUN --mount=type=cache,target=/root/.npm npm install && rm -f .npmrc
COPY src/ ./src/

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["src/report.js"]

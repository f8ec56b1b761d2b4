FROM node:22 AS builder

WORKDIR /app

# Dependencies first, so that they are cached
COPY package*.json ./
RUN --mount=type=cache,target=/root/.npm npm ci

COPY . .

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
EXPOSE 3000
CMD ["server.js"]

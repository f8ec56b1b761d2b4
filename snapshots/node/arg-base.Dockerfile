ARG NODE_VERSION=20
FROM node:${NODE_VERSION}-bookworm AS builder

WORKDIR /app
COPY package*.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .

FROM node:${NODE_VERSION}-bookworm-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["node", "major.js"]

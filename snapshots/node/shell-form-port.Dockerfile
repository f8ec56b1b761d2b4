FROM node:22-bookworm AS builder
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM node:22-bookworm-slim
ENV LISTEN_PORT 8080
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD exec node serve.js --port ${LISTEN_PORT}

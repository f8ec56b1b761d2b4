FROM node:22-bookworm AS builder

WORKDIR /app

COPY package.json /app/package.json
RUN --mount=type=cache,target=/root/.npm cd /app && npm install

COPY . /app
RUN chmod +x /app/docker-entrypoint.sh

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
ENTRYPOINT ["/app/docker-entrypoint.sh"]
CMD ["node", "server.js"]

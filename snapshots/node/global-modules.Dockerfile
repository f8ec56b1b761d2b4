FROM node:22-bookworm AS builder
ENV NODE_PATH=/usr/local/lib/node_modules
RUN npm install -g ms@2.1.3
WORKDIR /app
COPY clock.js ./

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g ms@2.1.3
ENV NODE_PATH=/usr/local/lib/node_modules
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["node", "clock.js"]

FROM node:22-bookworm AS builder
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm install && cd page && npm install
RUN cd page && npm run build
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["npm", "start"]

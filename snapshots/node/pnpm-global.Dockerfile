FROM node:22-bookworm AS builder
RUN npm install -g pnpm@9
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install
COPY . .
RUN pnpm prune --prod --ignore-scripts

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g pnpm@9
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["pnpm", "run", "serve"]

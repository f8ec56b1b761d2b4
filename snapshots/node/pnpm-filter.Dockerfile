FROM node:22-bookworm AS builder
RUN corepack enable
WORKDIR /repo
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/api/package.json packages/api/
COPY packages/lib/package.json packages/lib/
COPY packages/web/package.json packages/web/
RUN pnpm install --frozen-lockfile
COPY packages packages
RUN CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts --config.modules-cache-max-age=0

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g pnpm@9.15.9
COPY --from=builder --chown=1000:1000 /repo /repo
WORKDIR /repo
USER 1000:1000
CMD ["pnpm", "--filter", "api", "start"]

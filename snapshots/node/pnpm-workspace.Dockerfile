FROM node:22 AS builder
RUN corepack enable
WORKDIR /repo
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/api/package.json packages/api/
COPY packages/lib/package.json packages/lib/
COPY packages/web/package.json packages/web/
RUN pnpm install --frozen-lockfile
COPY . .
RUN CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts --config.modules-cache-max-age=0

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /repo /repo
WORKDIR /repo
USER 65532:65532
EXPOSE 3000
CMD ["packages/api/server.js"]

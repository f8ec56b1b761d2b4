FROM node:22 AS builder
RUN corepack enable
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
COPY patches patches/
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm prune --prod --ignore-scripts

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

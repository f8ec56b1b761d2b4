FROM node:22-bookworm AS builder
WORKDIR /repo
COPY package.json package-lock.json ./
COPY packages/api/package.json packages/api/
COPY packages/lib/package.json packages/lib/
COPY packages/web/package.json packages/web/
RUN --mount=type=cache,target=/root/.npm npm ci
COPY packages packages
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /repo /repo
WORKDIR /repo/packages/api
USER 1000:1000
CMD ["npm", "start"]

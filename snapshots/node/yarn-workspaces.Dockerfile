FROM node:22-bookworm AS builder
WORKDIR /repo
COPY package.json ./
COPY packages/api/package.json packages/api/
COPY packages/lib/package.json packages/lib/
COPY packages/web/package.json packages/web/
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
COPY . .
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install --production --ignore-scripts --prefer-offline

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /repo /repo
WORKDIR /repo
USER 1000:1000
CMD ["yarn", "workspace", "@spans/api", "start"]

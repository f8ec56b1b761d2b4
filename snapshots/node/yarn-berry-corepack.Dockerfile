FROM node:22-bookworm AS builder
RUN corepack enable
WORKDIR /app
COPY package.json yarn.lock .yarnrc.yml ./
RUN yarn install --immutable
COPY . .
RUN YARN_ENABLE_SCRIPTS=false yarn workspaces focus --all --production

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g --force @yarnpkg/cli-dist@4.6.0
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["yarn", "start"]

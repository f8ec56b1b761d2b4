FROM node:22-bookworm AS builder
RUN npm install -g --force @yarnpkg/cli-dist@4.6.0
WORKDIR /app
COPY package.json yarn.lock .yarnrc.yml ./
RUN yarn install --immutable
COPY . .
RUN YARN_ENABLE_SCRIPTS=false yarn workspaces focus --all --production && for zip in .yarn/cache/*.zip; do grep -qF "${zip##*/}" .pnp.* || rm "$zip"; done

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g --force @yarnpkg/cli-dist@4.6.0
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["yarn", "start"]

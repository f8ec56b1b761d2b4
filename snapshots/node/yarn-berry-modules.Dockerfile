FROM node:22 AS builder
RUN npm install -g --force @yarnpkg/cli-dist@4.6.0
WORKDIR /app
COPY package.json yarn.lock .yarnrc.yml ./
RUN yarn install --immutable
COPY . .
RUN YARN_ENABLE_SCRIPTS=false yarn workspaces focus --all --production

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

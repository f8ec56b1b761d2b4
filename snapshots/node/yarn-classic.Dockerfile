FROM node:22-bookworm AS builder

WORKDIR /app

COPY package.json yarn.lock ./
RUN yarn install --frozen-lockfile --production && yarn cache clean

COPY . .

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
LABEL org.opencontainers.image.title="letters" \
      org.opencontainers.image.licenses="MIT"
EXPOSE 3000
CMD ["yarn", "start"]

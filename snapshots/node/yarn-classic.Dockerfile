FROM node:22 AS builder

WORKDIR /app

COPY package.json yarn.lock ./
RUN yarn install --frozen-lockfile --production && yarn cache clean

COPY . .

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
LABEL org.opencontainers.image.title="letters" \
      org.opencontainers.image.licenses="MIT"
EXPOSE 3000
CMD ["app/server.js"]

FROM node:22-bullseye AS builder
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run compile && npm prune --production

FROM node:22-bullseye-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["node", "out/main.js"]

FROM node:22-alpine AS builder
RUN corepack enable pnpm
WORKDIR /app
COPY package.json pnpm-lock.yaml .
RUN pnpm i --frozen-lockfile
COPY . .
RUN pnpm prune --prod --ignore-scripts

FROM node:22-alpine
COPY --from=builder /app /app
WORKDIR /app
USER node
CMD ["node", "server.js"]

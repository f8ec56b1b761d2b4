FROM node:22-alpine AS builder

RUN apk add --no-cache git

WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-alpine
ENV NODE_ENV production
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["node", "lib/server.js"]

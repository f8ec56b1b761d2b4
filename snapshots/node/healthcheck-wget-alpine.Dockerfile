FROM node:22-alpine AS builder
RUN apk add --no-cache python3 make g++
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install --omit=dev
COPY . .

FROM node:22-alpine
COPY --from=builder /app /app
WORKDIR /app
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s CMD wget -qO- http://localhost:3000/health >/dev/null || exit 1
CMD ["node", "server.js"]

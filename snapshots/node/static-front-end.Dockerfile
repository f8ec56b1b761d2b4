FROM node:22-bookworm AS builder

WORKDIR /app

RUN npm install -g serve@14.2.4

COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install

COPY . ./
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g serve@14.2.4
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 18210
CMD ["serve", "--single", "--listen", "18210", "dist"]

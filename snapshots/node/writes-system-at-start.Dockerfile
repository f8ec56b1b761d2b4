FROM node:22-bookworm AS builder
WORKDIR /srv/site
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
COPY --from=builder /srv/site /srv/site
WORKDIR /srv/site
ENTRYPOINT ["./start.sh"]
CMD ["node", "server.js"]

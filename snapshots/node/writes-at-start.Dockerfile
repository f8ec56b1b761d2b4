FROM node:22-bookworm AS builder
WORKDIR /srv/site
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run build
RUN npm prune --omit=dev
RUN mkdir -p /data/visits

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /srv/site /srv/site
COPY --from=builder --chown=1000:1000 /data/visits /data/visits
WORKDIR /srv/site
USER 1000:1000
ENTRYPOINT ["./start.sh"]
CMD ["node", "server.js"]

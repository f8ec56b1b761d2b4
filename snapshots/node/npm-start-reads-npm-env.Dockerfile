FROM node:22-bookworm AS builder
WORKDIR /srv/app
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY server.js .

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /srv/app /srv/app
WORKDIR /srv/app
USER 1000:1000
CMD npm start

FROM node:22-bookworm AS builder

ENV NODE_ENV=production

RUN mkdir -p /home/node/app/node_modules && chown -R node:node /home/node/app
WORKDIR /home/node/app

USER node
COPY --chown=node:node package*.json ./
RUN npm install
COPY --chown=node:node . .

FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=builder --chown=node:node /home/node/app /home/node/app
WORKDIR /home/node/app
USER node
CMD ["node", "whoami.js"]

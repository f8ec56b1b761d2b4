FROM node:22-bookworm AS builder

RUN npm install pm2 -g

WORKDIR /app
COPY package.json /app/
RUN --mount=type=cache,target=/root/.npm npm install
COPY . /app

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g pm2
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["pm2-runtime", "start", "ecosystem.config.js"]

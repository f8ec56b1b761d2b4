FROM node:24-bookworm AS builder
WORKDIR /home/node/app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev
COPY . .

FROM node:24-bookworm-slim
COPY --from=builder --chown=1000:1000 /home/node/app /home/node/app
WORKDIR /home/node/app
USER 1000:1000
EXPOSE 3000
CMD ["npm", "start"]

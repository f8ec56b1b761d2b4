FROM node:22 AS builder

WORKDIR /usr/src/app

COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci

COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /usr/src/app /usr/src/app
WORKDIR /usr/src/app
USER 65532:65532
EXPOSE 3000
CMD ["dist/server.js"]

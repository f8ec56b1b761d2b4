FROM node:22 AS builder
WORKDIR /repo
COPY package.json ./
COPY apps/api/package.json apps/api/
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npx turbo run build --filter=api
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /repo /repo
WORKDIR /repo
USER 65532:65532
CMD ["apps/api/dist/server.js"]

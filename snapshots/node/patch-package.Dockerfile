FROM node:22 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
COPY patches patches/
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

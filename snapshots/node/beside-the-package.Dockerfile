FROM node:22 AS builder
WORKDIR /repo
COPY . .
WORKDIR /repo/server
RUN --mount=type=cache,target=/root/.npm npm install
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /repo /repo
WORKDIR /repo/server
USER 65532:65532
CMD ["server.js"]

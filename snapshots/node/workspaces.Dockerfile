FROM node:22 AS builder
WORKDIR /repo
COPY package.json ./
COPY packages/api/package.json packages/api/
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /repo /repo
WORKDIR /repo
USER 65532:65532
CMD ["packages/api/index.js"]

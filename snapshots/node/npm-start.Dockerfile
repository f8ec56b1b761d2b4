FROM node:24 AS builder
WORKDIR /home/node/app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev
COPY . .

FROM gcr.io/distroless/nodejs24-debian13
COPY --from=builder --chown=65532:65532 /home/node/app /home/node/app
WORKDIR /home/node/app
USER 65532:65532
EXPOSE 3000
CMD ["src/main.js"]

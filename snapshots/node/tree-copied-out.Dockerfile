FROM node:22 AS builder
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run build
RUN cp -R /app/dist /srv/pages/
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /srv/pages /srv/pages
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

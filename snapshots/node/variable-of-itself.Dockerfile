FROM node:22 AS builder

ENV DATABASE_URL $DATABASE_URL

WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM gcr.io/distroless/nodejs22-debian13
ENV DATABASE_URL $DATABASE_URL
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
EXPOSE 3000
CMD ["index.js"]

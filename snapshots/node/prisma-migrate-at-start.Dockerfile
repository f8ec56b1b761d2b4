FROM node:22-bookworm AS builder
WORKDIR /app
COPY package.json ./
COPY prisma ./prisma/
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npx prisma generate

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends openssl \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD npx prisma migrate deploy && node src/index.js

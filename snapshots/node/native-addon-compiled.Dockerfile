FROM node:22-bookworm AS builder
RUN apt-get update && apt-get install -y \
    python3 \
    build-essential \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN mkdir -p data

FROM node:22-bookworm-slim
ENV DATABASE=/app/data/links.db
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["node", "index.js"]

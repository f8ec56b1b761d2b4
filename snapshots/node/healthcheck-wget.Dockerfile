FROM node:20-bookworm AS builder
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY src src

FROM node:20-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates wget \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
HEALTHCHECK CMD ["wget", "-q", "--spider", "http://127.0.0.1:4000/"]
EXPOSE 4000
CMD ["node", "src/index.js"]

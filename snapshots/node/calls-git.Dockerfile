FROM node:22-bookworm AS builder
WORKDIR /app
COPY package.json index.js ./
COPY lib/ lib/
RUN --mount=type=cache,target=/root/.npm npm install --omit=dev

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["node", "index.js"]

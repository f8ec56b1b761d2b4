FROM node:22-bookworm AS builder

RUN apt-get update && apt-get install -y --no-install-recommends libavahi-compat-libdnssd-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY index.js ./

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libavahi-client3 libavahi-common3 libavahi-compat-libdnssd1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["node", "index.js"]

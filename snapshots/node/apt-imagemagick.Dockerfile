FROM node:22.14-bookworm AS builder

RUN apt-get update && apt-get install --no-install-recommends -y imagemagick g++ make python3 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . ./

FROM node:22.14-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends imagemagick \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["node", "thumbnails.js"]

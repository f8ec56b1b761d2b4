FROM node:22-bookworm AS builder

RUN apt-get update && apt-get install -y --no-install-recommends fontconfig imagemagick && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm env NODE_ENV=production npm install
COPY . .
RUN mkdir -p ~/.fonts && cp fonts/label.ttf ~/.fonts/ && fc-cache

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends fontconfig imagemagick \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /app /app
COPY --from=builder /root/.fonts /root/.fonts
WORKDIR /app
CMD ["node", "index.js"]

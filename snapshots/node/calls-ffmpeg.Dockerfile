FROM node:22-bookworm AS builder

RUN apt-get update && \
    apt-get install -y ffmpeg && \
    apt-get clean

WORKDIR /usr/src/bot
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder --chown=1000:1000 /usr/src/bot /usr/src/bot
WORKDIR /usr/src/bot
USER 1000:1000
CMD ["node", "bot.js"]

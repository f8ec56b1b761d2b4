FROM node:22-bookworm AS builder

RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends gosu; \
    rm -rf /var/lib/apt/lists/*; \
    gosu nobody true

WORKDIR /opt/guestbook
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

COPY entrypoint.sh /usr/local/bin/

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends gosu \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /opt/guestbook /opt/guestbook
COPY --from=builder /usr/local/bin/entrypoint.sh /usr/local/bin/entrypoint.sh
WORKDIR /opt/guestbook
VOLUME /var/lib/guestbook
ENTRYPOINT ["entrypoint.sh"]
CMD ["node", "/opt/guestbook/main.js"]

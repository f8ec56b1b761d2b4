FROM node:22-bookworm AS builder
RUN git config --global user.name "Nightly Build"
COPY pip.conf /root/.pip/pip.conf
COPY settings.json /root/.config/journal/settings.json
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /app /app
COPY --from=builder /root/.config/journal/settings.json /root/.config/journal/settings.json
COPY --from=builder /root/.gitconfig /root/.gitconfig
WORKDIR /app
CMD ["node", "journal.js"]

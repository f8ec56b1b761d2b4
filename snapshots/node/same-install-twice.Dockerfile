FROM node:22-bookworm AS builder

WORKDIR /src
COPY . /src
RUN --mount=type=cache,target=/root/.npm npm install

WORKDIR /src/public
RUN npm install

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /src /src
WORKDIR /src
USER 1000:1000
EXPOSE 8080
CMD ["node", "index.js"]

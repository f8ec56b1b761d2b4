FROM node:24 AS builder

WORKDIR /usr/src/app

COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --only=production

COPY lib lib
COPY index.js .

FROM gcr.io/distroless/nodejs24-debian13
COPY --from=builder --chown=65532:65532 /usr/src/app /usr/src/app
WORKDIR /usr/src/app
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "."]

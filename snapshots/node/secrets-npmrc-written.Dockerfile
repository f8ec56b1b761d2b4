FROM node:22 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npm_token,required=true NPM_TOKEN="$(cat /run/secrets/npm_token)" && export NPM_TOKEN && echo "//npm.acme.example/:_authToken=$NPM_TOKEN" > .npmrc && npm ci --omit=dev && rm .npmrc
COPY server.js ./

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

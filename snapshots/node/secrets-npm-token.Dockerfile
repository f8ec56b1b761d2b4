FROM node:22 AS builder
# The token for npm.acme.example.
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npm_token,required=true NPM_TOKEN="$(cat /run/secrets/npm_token)" && export NPM_TOKEN && test "$NPM_TOKEN" = not-a-real-one && npm ci
COPY . .
RUN --mount=type=secret,id=npm_token,required=true NPM_TOKEN="$(cat /run/secrets/npm_token)" && export NPM_TOKEN && npm prune --omit=dev
RUN rm -f .npmrc

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]

FROM node:22-bookworm AS builder
ARG NPM_TOKEN
WORKDIR /app
COPY package.json package-lock.json ./
RUN echo "//npm.acme.example/:_authToken=${NPM_TOKEN}" > .npmrc
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN rm -f .npmrc

FROM node:22-bookworm-slim
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
CMD ["npm", "start"]

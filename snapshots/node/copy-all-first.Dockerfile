FROM node:22 AS builder

# Create app directory
RUN mkdir -p /usr/src/app
WORKDIR /usr/src/app

COPY package.json package-lock.json ./
# Install app dependencies
RUN --mount=type=cache,target=/root/.npm npm ci

# Bundle app source
COPY . /usr/src/app

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /usr/src/app /usr/src/app
WORKDIR /usr/src/app
USER 65532:65532
EXPOSE 8080
CMD ["server.js"]

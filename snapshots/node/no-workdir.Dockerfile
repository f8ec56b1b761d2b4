FROM node:22 AS builder
COPY package.json /app/
RUN --mount=type=cache,target=/root/.npm cd /app && npm install
ADD . /app

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /
USER 65532:65532
MAINTAINER Ops <ops@example.com>
EXPOSE 80
CMD ["/app/server.js"]

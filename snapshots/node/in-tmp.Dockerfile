FROM node:22 AS builder

# packages are kept in a layer of their own
ADD package.json /tmp/package.json
RUN --mount=type=cache,target=/root/.npm cd /tmp && npm install
RUN mkdir -p /opt/snail && cp -a /tmp/node_modules /opt/snail/

WORKDIR /opt/snail
ADD . /opt/snail

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /opt/snail /opt/snail
WORKDIR /opt/snail
USER 65532:65532
CMD ["pace.js"]

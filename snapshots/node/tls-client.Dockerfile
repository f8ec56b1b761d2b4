FROM node:22 AS builder
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY probe.js ./

FROM gcr.io/distroless/nodejs22-debian13
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["probe.js"]

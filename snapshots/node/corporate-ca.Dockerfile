FROM node:22.14-bookworm AS builder

COPY certs/acme-root.crt /usr/local/share/ca-certificates/
RUN update-ca-certificates
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

WORKDIR /app
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM node:22.14-bookworm-slim
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder --chown=1000:1000 /app /app
COPY --from=builder --chown=1000:1000 /usr/local/share/ca-certificates/acme-root.crt /usr/local/share/ca-certificates/acme-root.crt
WORKDIR /app
USER 1000:1000
CMD ["node", "trust.js"]

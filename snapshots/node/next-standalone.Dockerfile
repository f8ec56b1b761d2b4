FROM node:22-bookworm AS builder
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run build \
    && cp -r public .next/standalone/ \
    && cp -r .next/static .next/standalone/.next/

FROM node:22-bookworm-slim
ENV NEXT_TELEMETRY_DISABLED=1
COPY --from=builder --chown=1000:1000 /app/.next/standalone /app/.next/standalone
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["node", ".next/standalone/server.js"]

FROM node:22-bookworm AS builder

WORKDIR /app

COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install

COPY . .

ENV NEXT_TELEMETRY_DISABLED=1
ARG NEXT_PUBLIC_API_URL=http://localhost:4000
RUN npm run build
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NEXT_TELEMETRY_DISABLED=1
COPY --from=builder --chown=1000:1000 /app /app
WORKDIR /app
USER 1000:1000
EXPOSE 3000
CMD ["npm", "run", "start"]

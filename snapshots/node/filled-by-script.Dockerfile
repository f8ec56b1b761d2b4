FROM node:22-bookworm AS builder
ENV HOME=/root
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
RUN node warm.js
RUN npm prune --omit=dev
RUN mkdir -p /var/report/data

FROM node:22-bookworm-slim
ENV HOME=/root
COPY --from=builder /app /app
COPY --from=builder /var/report/data /var/report/data
WORKDIR /app
CMD ["node", "report.js"]

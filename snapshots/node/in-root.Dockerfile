FROM node:22-bookworm AS builder
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
COPY --from=builder /node_modules /node_modules
COPY --from=builder /package.json /package.json
COPY --from=builder /server.js /server.js
COPY --from=builder /views /views
WORKDIR /
EXPOSE 3000
CMD [ "npm", "start" ]

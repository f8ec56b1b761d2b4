FROM node:22-bookworm AS builder
WORKDIR /
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder /dist /dist
COPY --from=builder /node_modules /node_modules
COPY --from=builder /package.json /package.json
COPY --from=builder /src /src
COPY --from=builder /tsconfig.json /tsconfig.json
WORKDIR /
CMD ["dist/tide.js"]

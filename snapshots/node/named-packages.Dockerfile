FROM node:22 AS builder
COPY tally.js /code/tally.js
RUN --mount=type=cache,target=/root/.npm npm install ms@2.1.3

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder /node_modules /node_modules
COPY --from=builder /code/tally.js /code/tally.js
WORKDIR /
CMD ["/code/tally.js"]

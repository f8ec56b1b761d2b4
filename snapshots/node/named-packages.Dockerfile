FROM node:22 AS builder
WORKDIR /code
RUN --mount=type=cache,target=/root/.npm npm install ms@2.1.3
COPY tally.js .

FROM gcr.io/distroless/nodejs22-debian13
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
CMD ["tally.js"]

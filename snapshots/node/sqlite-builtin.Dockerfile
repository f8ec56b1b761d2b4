FROM node:24-bookworm AS builder
WORKDIR /srv/people
COPY package.json .
RUN --mount=type=cache,target=/root/.npm npm install
COPY . .

FROM gcr.io/distroless/nodejs24-debian13
COPY --from=builder --chown=65532:65532 /srv/people /srv/people
WORKDIR /srv/people
USER 65532:65532
CMD ["server.mjs"]

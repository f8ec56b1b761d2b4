FROM node:22-bookworm AS builder
ENV PNPM_HOME=/pnpm
ENV PATH="$PNPM_HOME:$PATH"
RUN corepack enable
WORKDIR /srv/spans
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm prune --prod --ignore-scripts

FROM node:22-bookworm-slim
RUN --mount=type=cache,target=/root/.npm npm install -g pnpm@9.15.9
ENV PNPM_HOME=/pnpm
ENV PATH="$PNPM_HOME:$PATH"
COPY --from=builder --chown=1000:1000 /srv/spans /srv/spans
WORKDIR /srv/spans
USER 1000:1000
EXPOSE 3000
CMD ["pnpm", "start"]

FROM node:22 AS builder
RUN mkdir -p /opt/app

# outside of the sources, which are mounted while they are worked on
WORKDIR /opt
COPY package.json ./
RUN npm install && npm cache clean --force
ENV PATH=/opt/node_modules/.bin:$PATH

WORKDIR /opt/app
COPY . /opt/app
RUN cd /opt && npm prune --omit=dev

FROM gcr.io/distroless/nodejs22-debian13
ENV PATH=/opt/node_modules/.bin:$PATH
COPY --from=builder --chown=65532:65532 /opt /opt
WORKDIR /opt/app
USER 65532:65532
CMD ["lamp.js"]

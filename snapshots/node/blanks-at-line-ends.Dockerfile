FROM node:22-bookworm AS builder
ENV BROKER_URL $BROKER_URL
WORKDIR /usr/src/app 
COPY package.json ./ 
RUN --mount=type=cache,target=/root/.npm npm install 
COPY . . 
RUN mkdir -p /usr/src/app/mail

FROM node:22-bookworm-slim
ENV BROKER_URL $BROKER_URL
COPY --from=builder --chown=1000:1000 /usr/src/app /usr/src/app
WORKDIR /usr/src/app
USER 1000:1000
VOLUME /usr/src/app/mail
EXPOSE 2525
CMD [ "npm", "start" ]

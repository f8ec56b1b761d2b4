FROM node:22-alpine
RUN apk add --no-cache tini \
    && mkdir -p /var/log/notes
WORKDIR /app
COPY --chown=1000:1000 package.json ./
RUN npm install && npm cache clean --force
COPY --chown=1000:1000 index.js ./
RUN mkdir -p /var/log/notes \
    && chown 1000:1000 /app /var/log/notes
USER 1000:1000
ENTRYPOINT ["tini", "--"]
CMD ["node", "index.js"]

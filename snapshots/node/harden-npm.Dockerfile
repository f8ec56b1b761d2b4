FROM node:22-slim
WORKDIR /app
COPY --chown=1000:1000 package.json ./
RUN npm install --omit=dev
COPY --chown=1000:1000 . .
RUN chown 1000:1000 /app
USER 1000:1000

EXPOSE 3000
CMD ["npm", "start"]

FROM python:3.12-alpine
RUN mkdir -p /data && chown 65532:65532 /data
VOLUME /data
COPY entrypoint.sh /entrypoint.sh
RUN chmod +x /entrypoint.sh
WORKDIR /app
COPY --chown=65532:65532 requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=65532:65532 web.py ./
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot \
    && chown 65532:65532 /app
USER 65532:65532
ENTRYPOINT ["/entrypoint.sh"]
CMD ["waitress-serve", "--port=18363", "web:app"]

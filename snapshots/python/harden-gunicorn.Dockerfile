FROM python:3.12-slim

# Messages come as they are written.
ENV PYTHONUNBUFFERED=1

WORKDIR /srv/shop
COPY --chown=65532:65532 requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
# All of it, templates included.
COPY --chown=65532:65532 . .
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot \
    && chown 65532:65532 /srv/shop
USER 65532:65532

EXPOSE 8000
CMD gunicorn --bind 0.0.0.0:${PORT:-8000} shop:app

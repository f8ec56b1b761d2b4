FROM python:3.11-trixie AS builder

ENV PYTHONUNBUFFERED 1
ENV DJANGO_SETTINGS_MODULE=site_config.settings

WORKDIR /app

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt

COPY . .

# a key is needed to load the settings, any will do
RUN SECRET_KEY=build python manage.py collectstatic --noinput

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONUNBUFFERED 1
ENV DJANGO_SETTINGS_MODULE=site_config.settings
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
EXPOSE 18304
CMD ["gunicorn", "site_config.wsgi", "-b", ":18304"]

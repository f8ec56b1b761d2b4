FROM python:3.11-trixie AS builder

ARG APP_USER=serving
ARG APP_HOME=/srv/$APP_USER

RUN useradd --create-home --home-dir "${APP_HOME}" $APP_USER

WORKDIR ${APP_HOME}
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py .

FROM python:3.11-slim-trixie
ARG APP_USER=serving
ARG APP_HOME=/srv/$APP_USER
RUN useradd --create-home --home-dir /srv/serving serving
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=serving /srv/serving /srv/serving
WORKDIR /srv/serving
USER serving
LABEL home=$APP_HOME
CMD ["gunicorn", "app:app"]

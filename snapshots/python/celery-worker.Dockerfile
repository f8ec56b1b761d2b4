FROM python:3.11-trixie AS builder
WORKDIR /srv
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -c constraints.txt -r requirements.txt
COPY tasks.py celeryconfig.py ./

FROM python:3.11-slim-trixie
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /srv /srv
WORKDIR /srv
USER nobody
STOPSIGNAL SIGQUIT
CMD ["celery", "--app", "tasks", "worker", "--loglevel", "info"]

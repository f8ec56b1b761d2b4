FROM python:3.11-trixie AS builder

ARG WAIT_VERSION=2.12.1
ADD https://github.com/ufoscout/docker-compose-wait/releases/download/$WAIT_VERSION/wait /usr/local/bin
RUN chmod +x /usr/local/bin/wait

WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder /usr/local/bin/wait /usr/local/bin/wait
WORKDIR /app
USER 65532:65532
CMD ["sh", "-c", "/usr/local/bin/wait && exec gunicorn app:app"]

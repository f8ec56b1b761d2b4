FROM python:3.11-trixie AS builder

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt
COPY words.txt /tmp/words/words.txt

WORKDIR /app
COPY app.py .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /tmp/words/words.txt /tmp/words/words.txt
WORKDIR /app
USER 65532:65532
CMD ["gunicorn", "app:app"]

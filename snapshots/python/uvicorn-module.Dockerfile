FROM python:3.11-bookworm AS builder

WORKDIR /app
ENV PYTHONPATH=/app/src

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY requirements.txt .
RUN python -m pip install --no-cache-dir -r requirements.txt

COPY src/ src/

FROM python:3.11-slim-bookworm
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONPATH=/app/src
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["python", "-m", "uvicorn", "service.main:app", "--host", "0.0.0.0", "--port", "18303"]

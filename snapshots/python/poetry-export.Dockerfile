FROM python:3.11-trixie AS builder
WORKDIR /app
RUN python -m venv /opt/venv
COPY pyproject.toml poetry.lock ./
RUN pip install --no-cache-dir poetry==1.8.5 poetry-plugin-export==1.8.0 && \
    poetry export --without-hashes -f requirements.txt -o requirements.txt && \
    export PATH="/opt/venv/bin:$PATH" && pip install --no-cache-dir -r requirements.txt
ENV PATH="/opt/venv/bin:$PATH"
COPY diary ./diary

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["python", "-m", "diary"]

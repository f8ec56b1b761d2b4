FROM python:3.11-trixie AS builder
ARG INDEX_TOKEN=none
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir --extra-index-url "https://reader:${INDEX_TOKEN}@packages.example.org/simple" -r requirements.txt
COPY . .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["python", "main.py"]

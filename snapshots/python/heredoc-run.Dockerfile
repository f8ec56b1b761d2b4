# syntax=docker/dockerfile:1.7
FROM python:3.11-slim-trixie AS builder

RUN <<EOF
set -eu
apt-get update
apt-get install -y --no-install-recommends gcc libc6-dev libxml2-dev libxslt1-dev
rm -rf /var/lib/apt/lists/*
EOF

WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-binary lxml -r requirements.txt
COPY . .

FROM python:3.11-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends libxml2 libxslt1.1 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["python", "titles.py"]

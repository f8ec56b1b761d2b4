FROM python:3.11-slim-bookworm AS builder
ENV TOOLS="gcc libc6-dev jq"
RUN seq 1 8 | xargs -I{} mkdir -p /usr/share/man/man{} \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $TOOLS postgresql-client \
    && apt-get purge -y jq \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY serve.py .

FROM python:3.11-slim-bookworm
RUN mkdir -p /usr/share/man/man1 /usr/share/man/man2 /usr/share/man/man3 /usr/share/man/man4 /usr/share/man/man5 /usr/share/man/man6 /usr/share/man/man7 /usr/share/man/man8 && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV TOOLS="gcc libc6-dev jq"
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /srv /srv
WORKDIR /srv
USER 65532:65532
CMD ["waitress-serve", "--port=18342", "serve:app"]

FROM python:3.11-trixie AS builder

RUN apt-get update && apt-get install -y --no-install-recommends libpq-dev && rm -rf /var/lib/apt/lists/* /*.tar.gz /start.sh
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt requirements.txt
RUN pip install --no-cache-dir -r /requirements.txt
COPY app.py /srv/app.py
COPY start.sh /start.sh

FROM python:3.11-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /requirements.txt /requirements.txt
COPY --from=builder --chown=65532:65532 /srv/app.py /srv/app.py
COPY --from=builder --chown=65532:65532 /start.sh /start.sh
WORKDIR /
USER 65532:65532
ENTRYPOINT ["/bin/sh", "start.sh"]

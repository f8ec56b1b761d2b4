FROM python:3.11-trixie AS builder
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN pip install --no-cache-dir certbot==2.11.0 certbot-dns-rfc2136==2.11.0

FROM python:3.11-slim-trixie
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
WORKDIR /
VOLUME /etc/letsencrypt
ENTRYPOINT ["certbot"]

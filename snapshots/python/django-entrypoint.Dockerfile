FROM python:3.11-trixie AS builder
ENV PYTHONUNBUFFERED=1
WORKDIR /srv/site
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN chmod +x entrypoint.sh

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONUNBUFFERED=1
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /srv/site /srv/site
WORKDIR /srv/site
USER 65532:65532
EXPOSE 18332
ENTRYPOINT ["/srv/site/entrypoint.sh"]
CMD ["gunicorn", "town.wsgi", "--bind", ":18332"]

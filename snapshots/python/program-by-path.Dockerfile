FROM python:3.11-trixie AS builder

WORKDIR /srv/report

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
RUN chmod +x jobs/totals

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local /usr/local
COPY --from=builder --chown=65532:65532 /srv/report /srv/report
WORKDIR /srv/report
USER 65532:65532
EXPOSE 18341
CMD ["/usr/local/bin/gunicorn", "--bind", "0.0.0.0:18341", "web:app"]

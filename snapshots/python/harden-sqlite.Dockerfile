FROM python:3.12-slim
RUN mkdir -p /var/lib/visits && touch /var/lib/visits/first
WORKDIR /usr/src/app
COPY --chown=65532:65532 requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=65532:65532 . .
RUN cp settings.ini.example settings.ini
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot \
    && mkdir -p /var/lib/visits \
    && chown 65532:65532 /usr/src/app /var/lib/visits /var/lib/visits/first /usr/src/app/settings.ini
USER 65532:65532
CMD ["python", "visits.py"]

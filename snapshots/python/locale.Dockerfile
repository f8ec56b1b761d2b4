FROM python:3.11-bookworm AS builder

RUN apt-get update && apt-get install -y locales \
 && sed -i -e 's/# de_DE.UTF-8 UTF-8/de_DE.UTF-8 UTF-8/' /etc/locale.gen \
 && locale-gen
ENV LC_ALL=de_DE.UTF-8

WORKDIR /app
COPY numbers_de.py .

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y locales \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV LC_ALL=de_DE.UTF-8
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /etc/locale.gen /etc/locale.gen
COPY --from=builder /usr/lib/locale /usr/lib/locale
WORKDIR /app
USER 65532:65532
CMD ["python", "numbers_de.py"]

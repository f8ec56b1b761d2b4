FROM python:3.11-trixie AS builder

ENV STORE=/var/lib/kv

RUN mkdir -p /var/lib/kv/items

WORKDIR /app
COPY kv.py .
RUN mkdir -p /var/lib/kv

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV STORE=/var/lib/kv
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /var/lib/kv /var/lib/kv
WORKDIR /app
USER 65532:65532
VOLUME /var/lib/kv
ENTRYPOINT ["python", "kv.py"]
CMD ["list"]

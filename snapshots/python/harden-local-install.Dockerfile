FROM python:3.12-slim
WORKDIR /opt/count
COPY --chown=65532:65532 . .
RUN pip install --no-cache-dir .
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot \
    && chown 65532:65532 /opt/count
USER 65532:65532
ENTRYPOINT ["count"]

FROM python:3.11-bookworm AS builder
ENV TZ=Europe/Berlin
RUN ln -snf /usr/share/zoneinfo/$TZ /etc/localtime && echo $TZ > /etc/timezone
WORKDIR /app
COPY clock.py .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV TZ=Europe/Berlin
COPY --from=builder --chown=65532:65532 /app /app
COPY --from=builder --chown=65532:65532 /etc/localtime /etc/localtime
COPY --from=builder --chown=65532:65532 /etc/timezone /etc/timezone
WORKDIR /app
USER 65532:65532
CMD ["python", "clock.py"]

FROM python:3.12-trixie AS builder
WORKDIR /srv
ENV PYTHONPATH=/srv/src
COPY . .
RUN python -m shop.seed --count 3

FROM python:3.12-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONPATH=/srv/src
COPY --from=builder --chown=65532:65532 /srv /srv
WORKDIR /srv
USER 65532:65532
CMD ["python", "-m", "shop"]

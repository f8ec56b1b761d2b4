FROM python:3.11-bookworm AS builder

ENV VIRTUAL_ENV=/srv/venv
RUN python3 -m venv $VIRTUAL_ENV
ENV PATH="$VIRTUAL_ENV/bin:$PATH"

WORKDIR /srv/app
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY prefix.py .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV VIRTUAL_ENV=/srv/venv
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
COPY --from=builder /srv/venv /srv/venv
COPY --from=builder --chown=65532:65532 /srv/app /srv/app
WORKDIR /srv/app
USER 65532:65532
CMD ["python", "prefix.py"]

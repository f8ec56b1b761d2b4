FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim AS builder

RUN useradd --create-home worker && mkdir /app && chown worker /app
WORKDIR /app
COPY --chown=worker . /app
USER worker
ENV HOME=/home/worker
ENV UV_NO_CACHE=1
RUN uv sync

FROM python:3.12-slim-bookworm
RUN useradd --create-home worker
ENV HOME=/home/worker
COPY --from=builder --chown=worker /app /app
COPY --from=builder --chown=worker /home/worker /home/worker
WORKDIR /app
USER worker
CMD [".venv/bin/gunicorn", "app:app"]

FROM python:3.11-bookworm AS builder
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/uv
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /code
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --no-install-project --no-dev
COPY . /code

FROM python:3.11-slim-bookworm
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/code/.venv/bin:$PATH"
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
CMD ["python", "main.py"]

FROM python:3.11-trixie AS builder
COPY --from=ghcr.io/astral-sh/uv:0.6 /uv /uvx /bin/
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /srv
COPY . .
RUN uv sync --frozen

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /srv /srv
WORKDIR /srv
USER 65532:65532
CMD ["/srv/.venv/bin/python", "main.py"]

FROM python:3.11-trixie AS builder
RUN --mount=type=cache,target=/root/.cache/pip pip install uv
WORKDIR /code
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"
COPY pyproject.toml .
RUN UV_PROJECT_ENVIRONMENT=/opt/venv uv sync --no-dev --no-cache
COPY main.py .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
CMD ["python", "main.py"]

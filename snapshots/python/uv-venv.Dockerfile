FROM python:3.11-trixie AS builder
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/uv
ENV VIRTUAL_ENV=/opt/env
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
RUN uv venv $VIRTUAL_ENV
WORKDIR /code
COPY pyproject.toml .
RUN --mount=type=cache,target=/root/.cache/uv uv pip install -r pyproject.toml
COPY . .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV VIRTUAL_ENV=/opt/env
ENV PATH="$VIRTUAL_ENV/bin:$PATH"
COPY --from=builder /opt/env /opt/env
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
ENTRYPOINT ["python", "main.py"]

FROM python:3.11-trixie AS builder
WORKDIR /code
RUN python -m venv /opt/venv
ENV UV_PYTHON=/opt/venv/bin/python
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install uv && export PATH="/opt/venv/bin:$PATH" && uv pip install --system -r requirements.txt
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt main.py ./

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
CMD ["python", "main.py"]

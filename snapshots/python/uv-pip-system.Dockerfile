FROM python:3.11-trixie AS builder
RUN pip install --no-cache-dir uv
WORKDIR /code
RUN python -m venv /opt/venv
ENV UV_PYTHON=/opt/venv/bin/python PATH="/opt/venv/bin:$PATH"
COPY requirements.txt ./
RUN uv pip install --system --no-cache -r requirements.txt
COPY . .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
EXPOSE 18320
CMD ["uvicorn", "server:app", "--host", "0.0.0.0", "--port", "18320"]

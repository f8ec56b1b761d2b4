FROM python:3.11-trixie AS builder

WORKDIR /app
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv
COPY . .
RUN pip install --no-cache-dir pipenv==2023.12.1 && export PATH="/opt/venv/bin:$PATH" && pipenv install --system --skip-lock && python -c "import bottle, msgpack"
ENV PATH="/opt/venv/bin:$PATH"

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD python app.py

FROM python:3.11-trixie AS builder
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
ADD requirements.txt /app/requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip pip3 install -r requirements.txt
ADD . /app

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PORT 8080
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
# Run the web service on container startup.
CMD exec gunicorn --bind :$PORT --workers 1 --threads 8 --timeout 0 main:app

FROM python:3.11-trixie AS builder
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY planets.csv table.py ./

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /planets.csv /planets.csv
COPY --from=builder --chown=65532:65532 /requirements.txt /requirements.txt
COPY --from=builder --chown=65532:65532 /table.py /table.py
WORKDIR /
USER 65532:65532
CMD ["python", "table.py"]

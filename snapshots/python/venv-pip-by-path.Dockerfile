FROM python:3.11-trixie AS builder
ENV VENV=/opt/town
RUN --mount=type=cache,target=/root/.cache/pip python -m venv $VENV && $VENV/bin/pip install --upgrade pip
COPY requirements.txt /tmp/requirements.txt
RUN $VENV/bin/pip install --no-cache-dir -r /tmp/requirements.txt
COPY main.py /srv/main.py

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV VENV=/opt/town
COPY --from=builder /opt/town /opt/town
COPY --from=builder --chown=65532:65532 /srv /srv
WORKDIR /srv
USER 65532:65532
ENTRYPOINT ["/opt/town/bin/python3", "/srv/main.py"]

FROM python:3.11-trixie AS builder

WORKDIR /opt/inventory
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY inventory.py .
COPY conf/ /etc/inventory/

RUN chmod 755 inventory.py && \
    ln -s /opt/inventory/inventory.py /usr/local/bin/inventory

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /opt/inventory /opt/inventory
COPY --from=builder --chown=65532:65532 /etc/inventory /etc/inventory
RUN ln -sf /opt/inventory/inventory.py /usr/local/bin/inventory
WORKDIR /opt/inventory
USER 65532:65532
ENTRYPOINT ["inventory"]

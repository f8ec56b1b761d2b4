FROM python:3.11-trixie AS builder

WORKDIR /opt/report
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY requirements/production.txt requirements/base.txt requirements/
COPY requirements/extra/tables.txt requirements/extra/
COPY constraints.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements/production.txt -c constraints.txt

COPY . /opt/report

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /opt/report /opt/report
WORKDIR /opt/report
USER 65532:65532
CMD ["python", "-m", "report"]

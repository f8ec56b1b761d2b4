FROM python:3.11-trixie AS builder
RUN --mount=type=cache,target=/root/.cache/pip pip install -U "pdm==2.22.4" "unearth<0.18" "hishel<0.1"
ENV PDM_CHECK_UPDATE=false
WORKDIR /ledger
COPY pyproject.toml pdm.lock /ledger/
RUN pdm install --prod --no-editable
COPY . /ledger

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/ledger/.venv/bin:$PATH"
COPY --from=builder --chown=65532:65532 /ledger /ledger
WORKDIR /ledger
USER 65532:65532
CMD ["python", "book.py"]

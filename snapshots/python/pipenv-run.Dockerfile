FROM python:3.11-bookworm AS builder
RUN --mount=type=cache,target=/root/.cache/pip pip install pipenv==2023.12.1
WORKDIR /shop
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"
COPY Pipfile /shop/
RUN pipenv install --skip-lock
COPY app.py /shop/

FROM python:3.11-slim-bookworm
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /shop /shop
WORKDIR /shop
USER 65532:65532
CMD ["python", "app.py"]

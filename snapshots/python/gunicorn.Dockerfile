FROM python:3.11-trixie AS builder

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /code

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

COPY requirements.txt /code/
RUN pip install --upgrade pip && pip install -r requirements.txt

COPY ./calc /code/calc

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
EXPOSE 18302
CMD ["gunicorn", "--bind", "0.0.0.0:18302", "--workers", "2", "calc.wsgi:app"]

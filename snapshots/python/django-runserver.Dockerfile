FROM python:3.11-trixie AS builder
ENV PYTHONUNBUFFERED=1
RUN mkdir /code
WORKDIR /code
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt /code/
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY . /code/

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PYTHONUNBUFFERED=1
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
EXPOSE 18310
CMD ["python", "manage.py", "runserver", "0.0.0.0:18310"]

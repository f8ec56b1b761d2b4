FROM python:3.11-trixie AS builder
WORKDIR /srv/app
RUN python3 -m venv venv
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip . venv/bin/activate && pip install -r requirements.txt
COPY . .

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder --chown=65532:65532 /srv/app /srv/app
WORKDIR /srv/app
USER 65532:65532
CMD ["/srv/app/venv/bin/python", "main.py"]

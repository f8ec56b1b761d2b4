FROM python:3.11-trixie AS builder

RUN mkdir /bot
WORKDIR /bot

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

RUN --mount=type=cache,target=/root/.cache/pip pip install --upgrade pip
RUN --mount=type=cache,target=/root/.cache/pip pip install PyYAML==6.0.2
RUN --mount=type=cache,target=/root/.cache/pip pip install "humanize>=4.9,<5"

COPY bot.py bot.py
COPY answers.yaml answers.yaml

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /bot /bot
WORKDIR /bot
USER 65532:65532
CMD ["python", "-u", "bot.py"]

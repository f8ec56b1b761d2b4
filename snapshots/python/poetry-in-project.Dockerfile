FROM python:3.11-trixie AS builder
ENV POETRY_VERSION=1.8.5 \
    POETRY_VIRTUALENVS_IN_PROJECT=true \
    POETRY_NO_INTERACTION=1
RUN --mount=type=cache,target=/root/.cache/pip pip install "poetry==$POETRY_VERSION"
WORKDIR /srv/diary
COPY pyproject.toml poetry.lock ./
RUN poetry install --without dev --no-root
COPY diary diary
RUN poetry install --only-root

FROM python:3.11-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/srv/diary/.venv/bin:$PATH"
COPY --from=builder --chown=65532:65532 /srv/diary /srv/diary
WORKDIR /srv/diary
USER 65532:65532
ENTRYPOINT ["diary"]

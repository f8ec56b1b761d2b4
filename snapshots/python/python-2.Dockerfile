FROM python:2.7-buster AS builder
WORKDIR /code
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
ADD . /code

FROM python:2.7-slim-buster
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local /usr/local
COPY --from=builder --chown=65532:65532 /code /code
WORKDIR /code
USER 65532:65532
EXPOSE 5000
CMD ["python", "hits.py"]

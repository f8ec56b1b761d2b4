FROM ubuntu:22.04 AS builder
RUN apt-get update && apt-get install -y python3-pip python-is-python3 && apt-get clean
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip PIP_BREAK_SYSTEM_PACKAGES=1 pip install -r requirements.txt
COPY . /app

FROM ubuntu:22.04
RUN apt-get update \
    && apt-get install -y python-is-python3 python3 python3-setuptools \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local /usr/local
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["python"]
CMD ["main.py"]

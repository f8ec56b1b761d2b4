FROM ubuntu:22.04 AS builder
RUN apt-get update
RUN DEBIAN_FRONTEND="noninteractive" apt-get -y install tzdata
RUN apt-get install -y --no-install-recommends python3-pip libgl1 libglib2.0-0
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install -r requirements.txt
COPY . /app

FROM ubuntu:22.04
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y libgl1 libglib2.0-0 python3 python3-setuptools tzdata \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local /usr/local
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["python3"]
CMD ["edges.py", "samples/square.pgm"]

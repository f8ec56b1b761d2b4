FROM python:3.11-trixie AS builder
RUN adduser --disabled-password --gecos "" town
USER town
WORKDIR /home/town
COPY requirements.txt .
ENV PIP_NO_CACHE_DIR=1
RUN pip install -r requirements.txt
COPY main.py .

FROM python:3.11-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends adduser \
    && rm -rf /var/lib/apt/lists/*
RUN adduser --disabled-password --gecos "" town
COPY --from=builder --chown=town /home/town /home/town
WORKDIR /home/town
USER town
CMD ["python", "main.py"]

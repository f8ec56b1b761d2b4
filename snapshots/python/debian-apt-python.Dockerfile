FROM debian:bookworm AS builder
RUN apt-get update && apt-get install -y python3 python3-pip python3-yaml python3-dev gcc && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip3 install --break-system-packages --no-cache-dir -r requirements.txt
COPY . .

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y python3 python3-setuptools python3-yaml \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
COPY --from=builder /usr/local /usr/local
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
EXPOSE 18322
CMD ["waitress-serve", "--port=18322", "web:app"]

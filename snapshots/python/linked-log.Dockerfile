FROM python:3.13-trixie AS builder
RUN ln -sf /dev/stdout /var/log/greeter.log
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
COPY . .
RUN chmod +x greet.py && ln -s /app/greet.py /usr/local/bin/greet

FROM python:3.13-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
RUN ln -sf /app/greet.py /usr/local/bin/greet \
    && mkdir -p /var/log \
    && ln -sf /dev/stdout /var/log/greeter.log
WORKDIR /app
USER 65532:65532
CMD ["greet"]

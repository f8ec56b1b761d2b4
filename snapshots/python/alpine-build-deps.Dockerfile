FROM python:3.11-alpine AS builder
RUN apk add --no-cache gcc musl-dev
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN apk add --no-cache --virtual .build-deps make \
    && pip install --no-cache-dir -r requirements.txt \
    && apk del .build-deps
COPY main.py .

FROM python:3.11-alpine
RUN apk add --no-cache libgcc
RUN addgroup -g 65532 nonroot \
    && adduser -D -u 65532 -G nonroot nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /app /app
WORKDIR /app
USER 65532:65532
CMD ["python", "main.py"]

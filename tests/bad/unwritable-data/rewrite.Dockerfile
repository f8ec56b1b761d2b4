FROM python:3.11 AS builder
WORKDIR /app
COPY . .
RUN mkdir /data

FROM python:3.11-slim
WORKDIR /app
COPY --from=builder /app ./
COPY --from=builder /data /data
VOLUME /data
USER 65532
CMD ["python", "count.py"]

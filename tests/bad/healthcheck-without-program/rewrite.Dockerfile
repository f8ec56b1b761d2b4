FROM python:3.11 AS builder
WORKDIR /app
COPY app.py ./

FROM python:3.11-slim
WORKDIR /app
COPY --from=builder /app ./
USER 65532
EXPOSE 8000
HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/"]
CMD ["python", "app.py"]

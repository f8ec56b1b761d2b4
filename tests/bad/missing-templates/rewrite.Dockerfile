FROM python:3.11 AS builder
WORKDIR /app
COPY . .

FROM python:3.11-slim
WORKDIR /app
COPY --from=builder /app/app.py ./
USER 65532
EXPOSE 8000
CMD ["python", "app.py"]

FROM python:3.11-trixie AS builder
RUN useradd --create-home app
WORKDIR /app
RUN python -m venv /home/app/venv && chown -R app /home/app/venv
ENV PATH="/home/app/venv/bin:$PATH"
USER app
COPY requirements.txt .
RUN --mount=type=secret,id=index_token,required=true,mode=0444 INDEX_TOKEN="$(cat /run/secrets/index_token)" && export INDEX_TOKEN && pip install --no-cache-dir --extra-index-url "https://reader:${INDEX_TOKEN}@packages.example.org/simple" -r requirements.txt
COPY . .

FROM python:3.11-slim-trixie
RUN useradd --create-home app
ENV PATH="/home/app/venv/bin:$PATH"
COPY --from=builder /home/app/venv /home/app/venv
COPY --from=builder --chown=app /app /app
WORKDIR /app
USER app
CMD ["python", "main.py"]

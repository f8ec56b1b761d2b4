FROM python:3.11-trixie AS builder
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN python -m nltk.downloader punkt_tab stopwords
COPY . .

FROM python:3.11-slim-trixie
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
COPY --from=builder /root/nltk_data /root/nltk_data
WORKDIR /app
CMD ["python", "tokens.py"]

FROM python:3.11-trixie AS builder

RUN apt-get update && apt-get install -y nginx supervisor \
    && rm -f /etc/nginx/sites-enabled/default /etc/nginx/conf.d/*.conf /etc/apt/sources.list.d/*.list
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY nginx.conf /etc/nginx/conf.d/app.conf
COPY supervisord.conf /etc/supervisor/conf.d/app.conf
COPY app.py .

FROM python:3.11-slim-trixie
RUN apt-get update \
    && apt-get install -y nginx supervisor \
    && rm -rf /var/lib/apt/lists/*
RUN rm -rf /etc/nginx/sites-enabled/default /etc/nginx/conf.d/*.conf
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
COPY --from=builder /etc/nginx/conf.d/app.conf /etc/nginx/conf.d/app.conf
COPY --from=builder /etc/supervisor/conf.d/app.conf /etc/supervisor/conf.d/app.conf
WORKDIR /app
EXPOSE 80
CMD ["supervisord", "-n"]

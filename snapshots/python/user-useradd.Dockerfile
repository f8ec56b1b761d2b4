FROM python:3.11-trixie AS builder

RUN groupadd --gid 5000 app && useradd --create-home --uid 5000 --gid app app

WORKDIR /home/app
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=app:app . .

FROM python:3.11-slim-trixie
RUN groupadd --gid 5000 app \
    && useradd --create-home --uid 5000 --gid app app
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=app /home/app /home/app
WORKDIR /home/app
USER app
CMD ["python", "account.py"]

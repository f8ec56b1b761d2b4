FROM python:3.12-trixie AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends nodejs npm
WORKDIR /srv
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY requirements.txt package.json ./
COPY . .
RUN npm run build

FROM python:3.12-slim-trixie
RUN groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
ENV PATH="/opt/venv/bin:$PATH"
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder --chown=65532:65532 /srv /srv
WORKDIR /srv
USER 65532:65532
CMD ["waitress-serve", "--port=18343", "serve:app"]

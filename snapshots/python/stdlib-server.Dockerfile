from python:3.11-bookworm as builder

env PYTHONUNBUFFERED=1

workdir /srv
copy server.py .

from python:3.11-slim-bookworm
run groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot
env PYTHONUNBUFFERED=1
copy --from=builder --chown=65532:65532 /srv /srv
workdir /srv
user 65532:65532
expose 8000
cmd python server.py

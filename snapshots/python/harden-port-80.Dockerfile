from python:3.12-slim
copy requirements.txt /tmp/requirements.txt
run pip install --no-cache-dir -r /tmp/requirements.txt
copy --chown=65532:65532 . /site
workdir /site
run groupadd --gid 65532 nonroot \
    && useradd --no-log-init --uid 65532 --gid 65532 --create-home nonroot \
    && chown 65532:65532 /site
user 65532:65532
expose 80
cmd ["waitress-serve", "--port=80", "site_of:app"]

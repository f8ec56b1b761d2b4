import os

from bottle import route, run


@route("/health")
def health():
    return {"status": "ok"}


run(host="0.0.0.0", port=int(os.environ["PORT"]))

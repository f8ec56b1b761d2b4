from pathlib import Path


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/css")])
    return [Path("static/app.css").read_bytes()]

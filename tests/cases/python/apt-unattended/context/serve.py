import os

PROGRAMS = os.listdir("/usr/bin")


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{'psql' in PROGRAMS} {'jq' in PROGRAMS}\n".encode()]

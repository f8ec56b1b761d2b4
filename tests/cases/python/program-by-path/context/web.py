import subprocess
import sys

from markupsafe import escape


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/job":
        return [subprocess.run(["jobs/totals"], capture_output=True, check=True).stdout]
    return [f"{escape('<report>')} {sys.prefix}\n".encode()]

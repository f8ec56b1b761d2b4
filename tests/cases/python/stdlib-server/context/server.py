"""Formats a timestamp as an ISO date."""
import os
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/time":
            epoch = int(parse_qs(url.query)["epoch"][0])
            body = datetime.fromtimestamp(epoch, timezone.utc).isoformat()
        else:
            body = "GET /time?epoch=0"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())


ThreadingHTTPServer(("", int(os.getenv("PORT", "8000"))), Handler).serve_forever()

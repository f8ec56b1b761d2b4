from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(Path("items.json").read_bytes())


ThreadingHTTPServer(("0.0.0.0", 18344), Handler).serve_forever()

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with open("templates/index.html", "rb") as page:
                status, body = 200, page.read()
        except OSError:
            status, body = 500, b"no page"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 8000), Pages).serve_forever()

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"uwsgi serves {environ['PATH_INFO']}".encode()]

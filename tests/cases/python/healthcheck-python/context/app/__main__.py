from bottle import route, run


@route("/")
def index():
    return "alive"


run(host="0.0.0.0", port=18308, quiet=True)

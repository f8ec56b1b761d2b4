from flask import Flask

app = Flask("calc")


@app.route("/")
def index():
    return {"usage": "/sum/<a>/<b>"}


@app.route("/sum/<int:a>/<int:b>")
def total(a, b):
    return {"sum": a + b}

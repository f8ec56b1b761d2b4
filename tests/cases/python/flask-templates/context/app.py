import os

from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
def index():
    return render_template("index.html", names=["Ada", "Grace"])


@app.get("/hello/<name>")
def hello(name):
    return render_template("hello.html", name=name)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5000)))

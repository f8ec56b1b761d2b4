import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def root():
    return "a town on a river"


@app.get("/home")
def home():
    return f"{os.getuid()} {os.path.expanduser('~')} {os.access('.', os.W_OK)}"

import yaml
from flask import Flask

app = Flask(__name__)


@app.get("/")
def root():
    return "from Debian"


@app.get("/yaml")
def of_yaml():
    return yaml.safe_load("a: [1, 2]")

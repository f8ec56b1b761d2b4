from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
def root():
    return render_template("home.html", streets=["Mill Lane", "High Street"])

import configparser
import os
import sqlite3

from bottle import route, run

db = sqlite3.connect("visits.db", isolation_level=None)
db.execute("CREATE TABLE IF NOT EXISTS visit (page TEXT)")

settings = configparser.ConfigParser()
settings.read("settings.ini")
settings["visits"]["name"] = "seen"
with open("settings.ini", "w") as file:
    settings.write(file)


@route("/visit/<page>")
def visit(page):
    db.execute("INSERT INTO visit VALUES (?)", (page,))
    with open("/var/lib/visits/first", "a") as file:
        file.write(page + "\n")
    return settings["visits"]["name"]


@route("/")
def summary():
    return dict(db.execute("SELECT page, count(*) FROM visit GROUP BY page ORDER BY page"))


@route("/log")
def log():
    with open("/var/lib/visits/first") as file:
        return file.read()


run(host="0.0.0.0", port=int(os.environ.get("PORT", 8080)), quiet=True)

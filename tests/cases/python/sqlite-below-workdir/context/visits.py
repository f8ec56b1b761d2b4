import os
import sqlite3

from bottle import route, run

db = sqlite3.connect("visits.db", isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE IF NOT EXISTS visit (page TEXT)")


@route("/visit/<page>")
def visit(page):
    db.execute("INSERT INTO visit VALUES (?)", (page,))
    return "noted"


@route("/")
def summary():
    return dict(db.execute("SELECT page, count(*) FROM visit GROUP BY page ORDER BY page"))


run(host="0.0.0.0", port=int(os.environ.get("PORT", 8080)), quiet=True)

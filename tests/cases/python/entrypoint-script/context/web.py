import sqlite3

import bottle

app = bottle.Bottle()


@app.get("/")
def index():
    return "library"


@app.get("/tables")
def tables():
    with sqlite3.connect("app.db") as connection:
        return {"tables": [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]}

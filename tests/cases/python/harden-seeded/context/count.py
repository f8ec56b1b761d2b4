import sqlite3

from tabulate import tabulate

with sqlite3.connect("seed.db") as connection:
    connection.execute("INSERT INTO visit VALUES ('b')")
    print(tabulate(connection.execute("SELECT page FROM visit").fetchall()))

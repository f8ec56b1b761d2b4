import sqlite3

with sqlite3.connect("seed.db") as connection:
    connection.execute("CREATE TABLE visit (page TEXT)")
    connection.execute("INSERT INTO visit VALUES ('a')")

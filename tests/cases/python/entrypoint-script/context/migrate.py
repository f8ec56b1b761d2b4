import sqlite3
import sys

script, database = sys.argv[1:3]
with open(script) as file, sqlite3.connect(database) as connection:
    connection.executescript(file.read())

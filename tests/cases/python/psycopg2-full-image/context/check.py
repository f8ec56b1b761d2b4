import psycopg2
from psycopg2.extensions import parse_dsn

print(psycopg2.apilevel, sorted(parse_dsn("host=db dbname=shop").items()))

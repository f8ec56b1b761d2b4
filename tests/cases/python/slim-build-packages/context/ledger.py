from psycopg2 import extensions

print(extensions.parse_dsn("host=ledger port=5433"), extensions.libpq_version() > 100000)

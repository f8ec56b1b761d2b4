import psycopg
import psycopg2

print(psycopg.pq.__impl__, psycopg2.__libpq_version__ > 0)

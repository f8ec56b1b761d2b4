import MySQLdb
from MySQLdb import _mysql

print(MySQLdb.apilevel, MySQLdb.paramstyle, _mysql.escape_string("it's").decode())

import MySQLdb

print(MySQLdb.apilevel, MySQLdb.paramstyle, MySQLdb.escape_string("it's").decode())

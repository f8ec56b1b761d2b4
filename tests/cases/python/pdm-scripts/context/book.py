import importlib.util

from tabulate import tabulate

print(tabulate([["rent", 700], ["bread", 2.5]], headers=["for", "amount"]))
print("development packages:", importlib.util.find_spec("iniconfig") is not None)

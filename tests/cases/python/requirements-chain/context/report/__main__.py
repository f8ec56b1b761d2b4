import importlib.metadata

from tabulate import tabulate

names = ["click", "tabulate"]
print(tabulate([(name, importlib.metadata.version(name)) for name in names], headers=["package", "version"]))

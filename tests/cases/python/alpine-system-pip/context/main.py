import tabulate

print(tabulate)

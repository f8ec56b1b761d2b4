import markupsafe
from tabulate import tabulate

print(tabulate([["safe", markupsafe.escape("<&>")]]))

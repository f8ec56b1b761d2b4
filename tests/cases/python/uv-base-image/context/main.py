import markupsafe
from tabulate import tabulate

print(tabulate([[markupsafe.escape("<&>")]]))

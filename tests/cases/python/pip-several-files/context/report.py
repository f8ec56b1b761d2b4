import colorama
import markupsafe
from tabulate import tabulate

rows = [[module.__name__, module.__version__] for module in (colorama, markupsafe)]
print(tabulate(rows, headers=["package", "version"]))

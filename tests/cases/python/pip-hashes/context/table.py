import sys

from tabulate import tabulate

print(tabulate([[number, word] for number, word in enumerate(sys.argv[1:])]))

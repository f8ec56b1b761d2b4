import sys

from tabulate import tabulate


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    print(tabulate([["to", word.upper()] for word in words]))

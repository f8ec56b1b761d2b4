from importlib.metadata import version

from tabulate import tabulate


def main():
    print(tabulate([["high", "06:10"], ["low", "12:25"]]), version("tide"))

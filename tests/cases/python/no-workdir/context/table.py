import csv
import os

from tabulate import tabulate

with open("planets.csv") as file:
    print(os.getcwd(), tabulate(csv.reader(file), headers="firstrow"), sep="\n")

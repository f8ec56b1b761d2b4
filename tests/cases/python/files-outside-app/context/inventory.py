#!/usr/bin/env python3
import configparser
import sys

from tabulate import tabulate

config = configparser.ConfigParser()
config.read(["/etc/inventory/default.ini", "/etc/inventory/site.ini"])
rows = [(section, config[section]["owner"]) for section in config.sections()]
print(*(name for name, _ in rows) if "--short" in sys.argv else [tabulate(rows)])

import os

import markupsafe
import words
from tabulate import tabulate

print(tabulate([words.LIST]), markupsafe.__version__, os.path.dirname(words.__file__))

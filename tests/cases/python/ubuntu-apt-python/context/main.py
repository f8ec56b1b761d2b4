import importlib.metadata
import sys

import markupsafe
import tabulate

print(markupsafe.escape("<town>"), tabulate.__version__)
print(sys.argv[1:])

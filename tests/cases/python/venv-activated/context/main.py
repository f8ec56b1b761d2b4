import importlib.metadata
import sys

import markupsafe
import tabulate

print(markupsafe.escape("<town>"), tabulate.__version__, sys.prefix)
print(sys.argv[1:])

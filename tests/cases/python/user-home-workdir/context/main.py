import os

import markupsafe
import tabulate

print(tabulate.__version__, markupsafe.__version__, os.getcwd())

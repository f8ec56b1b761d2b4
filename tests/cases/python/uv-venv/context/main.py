import importlib.util
import sys

import markupsafe

print(markupsafe.escape("<b>bold & brave</b>"), markupsafe.__version__)
print("compiled:", importlib.util.find_spec("markupsafe._speedups") is not None)
print("development packages:", importlib.util.find_spec("iniconfig") is not None)
print(sys.argv[1:])

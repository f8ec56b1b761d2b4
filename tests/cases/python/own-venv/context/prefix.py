import sys

import humanize

print(sys.prefix, humanize.ordinal(3))

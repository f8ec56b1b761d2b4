import os

import streets

print(streets.NAMES, os.path.dirname(streets.__file__))

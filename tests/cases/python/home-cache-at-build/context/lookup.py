import json
import sys

from cache import FILE

print(json.loads(FILE.read_text())[sys.argv[1]])

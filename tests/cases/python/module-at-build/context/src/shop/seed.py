import json
import sys
from pathlib import Path

count = int(sys.argv[-1])
Path("items.json").write_text(json.dumps([f"item {number}" for number in range(count)]))

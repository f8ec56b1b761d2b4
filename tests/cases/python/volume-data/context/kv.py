"""A key-value store with one file a key."""
import os
import sys
from pathlib import Path

items = Path(os.environ["STORE"]) / "items"
match sys.argv[1:]:
    case ["put", key, value]:
        (items / key).write_text(value)
        print("stored", sorted(path.name for path in items.iterdir()))
    case ["list"]:
        print(*sorted(path.name for path in items.iterdir()))

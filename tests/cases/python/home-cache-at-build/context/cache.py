from pathlib import Path

FILE = Path.home() / ".cache" / "trees" / "index.json"

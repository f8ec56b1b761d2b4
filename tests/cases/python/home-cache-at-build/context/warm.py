import json

import yaml

from cache import FILE

FILE.parent.mkdir(parents=True, exist_ok=True)
with open("trees.yaml") as source:
    FILE.write_text(json.dumps(yaml.safe_load(source)))

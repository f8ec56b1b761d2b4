import os

import requests

response = requests.get(os.environ.get("TLS_URL", "https://example.com/"), timeout=10)
print(response.status_code, response.text.strip())

import os
import ssl
from urllib.request import urlopen

with urlopen(os.environ.get("TLS_URL", "https://example.com/"), context=ssl.create_default_context()) as response:
    print(response.status, response.read().decode().strip())

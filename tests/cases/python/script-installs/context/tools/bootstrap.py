import subprocess
import sys

for package in ("colorama",):
    subprocess.check_call([sys.executable, "-m", "pip", "install", package])

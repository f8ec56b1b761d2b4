import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["gcc", "-O2", "-o", f"{folder}/solution", sys.argv[1]], check=True)
    subprocess.run([f"{folder}/solution"], check=True)

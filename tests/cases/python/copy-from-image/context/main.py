import subprocess

subprocess.run(["signpost"], check=True)

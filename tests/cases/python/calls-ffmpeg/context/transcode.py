import argparse
import subprocess
from pathlib import Path

import soundfile

parser = argparse.ArgumentParser()
parser.add_argument("--watch-folder", type=Path)
for source in parser.parse_args().watch_folder.glob("*.mp3"):
    target = source.with_suffix(".wav")
    subprocess.check_call(["ffmpeg", "-i", str(source), str(target)])
    print(target, soundfile.info(target).duration)

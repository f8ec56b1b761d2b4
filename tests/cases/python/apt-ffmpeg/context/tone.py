import subprocess

import markupsafe

subprocess.run(
    ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-y", "/tmp/tone.wav"], check=True
)
probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", "/tmp/tone.wav"]
print(markupsafe.escape(subprocess.run(probe, check=True, capture_output=True, text=True).stdout.strip()))

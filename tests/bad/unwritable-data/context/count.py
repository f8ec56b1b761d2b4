from pathlib import Path

log = Path("/data/log")
log.write_text("started\n")
print(log.read_text(), end="")

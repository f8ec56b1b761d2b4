import time
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

moment = datetime(2024, 7, 1, 12, tzinfo=timezone.utc)
print(moment.astimezone(ZoneInfo("Asia/Tokyo")).isoformat())
print(time.strftime("%H:%M %Z", time.localtime(moment.timestamp())))
print(Path("/etc/timezone").read_text().strip(), Path("/etc/localtime").exists())

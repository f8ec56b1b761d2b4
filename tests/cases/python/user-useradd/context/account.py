import getpass
import os
from pathlib import Path

import tomli_w

home = Path.home()
(home / "account.toml").write_text(tomli_w.dumps({"user": getpass.getuser(), "uid": os.getuid(), "gid": os.getgid(), "home": str(home)}))
print((home / "account.toml").read_text(), end="")

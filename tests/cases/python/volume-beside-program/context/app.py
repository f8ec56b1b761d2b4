from pathlib import Path

import colorama

colorama.just_fix_windows_console()
note = Path("/opt/notes/data/note.txt")
note.write_text("kept\n")
print(note.read_text(), end="")

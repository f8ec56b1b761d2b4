#!/usr/bin/env python3
"""Greets in the log; its words lie beside it."""

from pathlib import Path

import colorama

colorama.just_fix_windows_console()
words = Path(__file__).resolve().parent / "words.txt"
with open("/var/log/greeter.log", "a") as log:
    log.write(words.read_text())

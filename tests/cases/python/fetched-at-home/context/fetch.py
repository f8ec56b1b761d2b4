"""Fetches the words once, while the image is built."""

from platformdirs import user_cache_path

cache = user_cache_path("words", ensure_exists=True)
(cache / "words.txt").write_text("alpha\nbeta\n")

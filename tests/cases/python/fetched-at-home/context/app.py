from platformdirs import user_cache_path

words = (user_cache_path("words") / "words.txt").read_text().split()
print(f"{len(words)} words, the first is {words[0]}")

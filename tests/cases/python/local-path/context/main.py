import markupsafe
import words

print(words.LIST, markupsafe.__version__)

from markupsafe import escape

print(escape("a < b"))

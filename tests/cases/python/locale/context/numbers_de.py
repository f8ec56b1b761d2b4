import locale

locale.setlocale(locale.LC_ALL, "")
print(locale.format_string("%.2f", 1234567.891, grouping=True))

import acmesensor

print(acmesensor.read())

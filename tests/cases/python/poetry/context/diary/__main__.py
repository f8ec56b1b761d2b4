print("dear diary")

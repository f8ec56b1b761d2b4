print("no requirements")

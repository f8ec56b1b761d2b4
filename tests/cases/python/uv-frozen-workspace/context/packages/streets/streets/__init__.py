NAMES = ["Mill Lane", "High Street"]

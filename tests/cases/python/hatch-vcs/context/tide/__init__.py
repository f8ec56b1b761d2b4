def main():
    print("high")

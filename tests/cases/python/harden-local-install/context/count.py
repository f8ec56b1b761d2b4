import argparse


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1)
    with open("counted.txt", "w") as file:
        for number in range(parser.parse_args().count):
            print(number)
            print(number, file=file)

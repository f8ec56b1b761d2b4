import sys


def factors(number):
    divisor = 2
    while number > 1:
        while number % divisor == 0:
            yield divisor
            number //= divisor
        divisor += 1


def main():
    print(*factors(int(sys.argv[1])), sep=" x ")

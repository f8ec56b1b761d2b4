import pathlib

LIST = pathlib.Path(__file__).with_name("list.txt").read_text().split()

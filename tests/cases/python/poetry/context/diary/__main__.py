"""A diary of one page."""
import sys
import importlib.util

from jinja2 import Template

PAGE = Template("{% for day, note in notes %}{{ day }}: {{ note }}\n{% endfor %}")


def main():
    print(PAGE.render(notes=[("Mon", "rain"), ("Tue", "sun & wind")]), end="")
    print("development packages:", importlib.util.find_spec("iniconfig") is not None)
    print("arguments:", sys.argv[1:])


if __name__ == "__main__":
    main()

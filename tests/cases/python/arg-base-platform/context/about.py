import os

from packaging.version import parse

print(os.environ["RELEASE"], parse(os.environ["RELEASE"]).release)

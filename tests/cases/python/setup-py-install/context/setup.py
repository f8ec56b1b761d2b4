from setuptools import find_packages, setup

setup(
    name="signpost",
    version="2.0",
    packages=find_packages(),
    install_requires=["tabulate==0.9.0"],
    entry_points={"console_scripts": ["signpost=signpost.cli:main"]},
)

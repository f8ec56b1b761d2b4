from setuptools import setup

setup(
    name="words",
    version="1.4",
    packages=["words"],
    install_requires=["markupsafe==2.1.5"],
    package_data={"words": ["*.txt"]},
)

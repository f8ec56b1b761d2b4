# Which top-level packages of the environment can be imported.
import importlib, json, os, sys

answer = os.fdopen(os.dup(1), "w")
try:
    from importlib import metadata
except ImportError:  # before Python 3.8
    sys.exit(0)
names = set()
for distribution in metadata.distributions():
    told = (distribution.read_text("top_level.txt") or "").split()
    if not told:
        for file in distribution.files or []:
            if len(file.parts) == 2 and file.parts[1] == "__init__.py":
                told.append(file.parts[0])
            elif len(file.parts) == 1 and file.suffix == ".py":
                told.append(file.stem)
    # What belongs to the installers themselves, or is no name of a module.
    own = {"pip", "setuptools", "pkg_resources", "_distutils_hack", "wheel"}
    names.update(name for name in told if name.isidentifier() and name not in own)
good, bad = [], []
for name in sorted(names):
    try:
        importlib.import_module(name)
        good.append(name)
    except BaseException:
        bad.append(name)
answer.write("\nrestage-loads:" + json.dumps({"good": good, "bad": bad}) + "\n")
answer.flush()
os._exit(0)

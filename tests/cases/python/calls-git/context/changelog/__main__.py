import tempfile

from packaging.version import Version

from changelog.git import git, tag

with tempfile.TemporaryDirectory() as folder:
    git("init", "--quiet", cwd=folder)
    for version in ("1.10.0", "1.9.0", "1.2.0"):
        tag(version, folder)
    print("latest:", max(git("tag", cwd=folder), key=Version))

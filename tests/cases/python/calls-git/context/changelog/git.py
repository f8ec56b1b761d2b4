import subprocess

IDENTITY = ["-c", "user.name=changelog", "-c", "user.email=changelog@example.com"]


def git(*arguments, cwd):
    done = subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout.split()


def tag(version, cwd):
    git(*IDENTITY, "commit", "--allow-empty", "-m", version, cwd=cwd)
    git("tag", version, cwd=cwd)

//! What restage asks of git: where a work tree begins, which files of it have changes that are not
//! committed, and what a file held at the last commit. The first needs no git executable.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use elsa::sync::FrozenMap;

/// How many paths one `git status` is given: few enough for every system's command line.
const BATCH: usize = 256;

/// Where work trees begin, each folder looked at once.
#[derive(Default)]
pub struct WorkTrees {
    known: FrozenMap<PathBuf, Box<Option<PathBuf>>>,
}

impl WorkTrees {
    /// The root of the work tree that `folder` (a canonical path) lies in, if it lies in one.
    pub fn of(&self, folder: &Path) -> Option<&Path> {
        if let Some(known) = self.known.get(folder) {
            return known.as_deref();
        }
        let own = is_root(folder).then_some(folder);
        let root = own.or_else(|| self.of(folder.parent()?));
        let root = Box::new(root.map(Path::to_path_buf));
        self.known.insert(folder.to_path_buf(), root).as_deref()
    }
}

/// Whether a work tree begins in a folder. A linked one and a submodule have a file there.
fn is_root(folder: &Path) -> bool {
    let entry = folder.join(".git");
    fs::metadata(&entry).is_ok_and(|it| it.is_file() || entry.join("HEAD").is_file())
}

/// Those of `files` (canonical paths below `root`) that are untracked or differ from the last
/// commit. A file that git was told to ignore counts as committed: it is not in git's care.
///
/// Without a git executable no file counts as changed. The error is git's own complaint.
pub fn uncommitted(root: &Path, files: &[&Path]) -> Result<BTreeSet<PathBuf>, String> {
    let mut changed = BTreeSet::new();
    for batch in files.chunks(BATCH) {
        let output = match status(root, batch).output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(format!("cannot run `git`: {error}")),
        };
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            let complaint = complaint.lines().next().unwrap_or("no reason given");
            return Err(format!("`git status` failed: {complaint}"));
        }
        let entries = output.stdout.split(|&byte| byte == 0);
        changed.extend(entries.filter_map(|entry| Some(root.join(path_of(entry.get(3..)?)))));
    }
    Ok(changed)
}

/// The bytes of a file (a canonical path below `root`) in the last commit; `None` where there is
/// no such file, commit or git executable.
pub fn committed(root: &Path, file: &Path) -> Option<Vec<u8>> {
    let below = file.strip_prefix(root).ok()?.to_str()?;
    let mut command = git(root);
    command.args(["cat-file", "blob", &format!("HEAD:{below}")]);
    let output = command.output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Git in a work tree, whatever the environment says.
#[expect(
    clippy::disallowed_methods,
    reason = "git alone can say what is committed"
)]
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).arg("--literal-pathspecs");
    // A repository's own configuration can name a program to run here.
    command.args(["-c", "core.fsmonitor=false"]);
    command.env("GIT_OPTIONAL_LOCKS", "0");
    // Set inside hooks, where they would point git at another repository than `root`.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

fn status(root: &Path, files: &[&Path]) -> Command {
    let mut command = git(root);
    command.args([
        "status",
        "--porcelain",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--",
    ]);
    command.args(
        files
            .iter()
            .map(|file| file.strip_prefix(root).unwrap_or(file)),
    );
    command
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::fs;

    /// Runs git in `folder` for a test, away from the machine's own configuration.
    pub(crate) fn git(folder: &Path, arguments: &[&str]) {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"]);
        command
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }

    #[test]
    fn untracked_modified_and_staged_files_are_uncommitted() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        git(&root, &["init", "-q"]);
        let names = [
            "clean",
            "modified",
            "staged",
            "a *b",
            "ignored",
            "untracked",
        ];
        let files: Vec<_> = names.iter().map(|name| root.join(name)).collect();
        for file in files.get(..4).unwrap() {
            fs::write(file, "FROM a\n").unwrap();
        }
        fs::write(root.join(".gitignore"), "ignored\n").unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "-qm", "x"]);
        for name in ["modified", "staged", "ignored", "untracked", "a *b"] {
            fs::write(root.join(name), "FROM b\n").unwrap();
        }
        git(&root, &["add", "staged"]);

        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        let changed = uncommitted(&root, &files).unwrap();
        let changed: Vec<_> = changed
            .iter()
            .map(|file| file.strip_prefix(&root).unwrap())
            .collect();
        assert_eq!(
            changed,
            ["a *b", "modified", "staged", "untracked"].map(Path::new)
        );
    }

    #[test]
    fn a_work_tree_is_the_nearest_one_and_an_empty_git_folder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let inner = root.join("a/b");
        fs::create_dir_all(inner.join(".git")).unwrap();
        let tree = || WorkTrees::default().of(&inner).map(Path::to_path_buf);
        assert_eq!(tree(), None);
        git(&root, &["init", "-q"]);
        assert_eq!(tree(), Some(root.clone()));
        fs::write(root.join("a/.git"), "gitdir: elsewhere\n").unwrap();
        assert_eq!(tree(), Some(root.join("a")));
    }

    #[test]
    fn a_repository_that_git_cannot_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::write(root.join(".git"), "gitdir: nowhere\n").unwrap();
        let error = uncommitted(&root, &[&root.join("Dockerfile")]).unwrap_err();
        assert!(error.starts_with("`git status` failed: fatal:"), "{error}");
    }
}

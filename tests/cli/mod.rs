//! The program as its users call it, as far as that does not depend on what it knows about
//! Dockerfiles.

mod bad_input;
mod discovery;
mod usage;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use tempfile::TempDir;

/// A Dockerfile that restage has some answer for.
const DOCKERFILE: &str = "FROM scratch\n";

/// A folder with Dockerfiles at `paths`.
fn folder(paths: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        put(folder.path(), path, DOCKERFILE);
    }
    folder
}

pub(crate) fn put(folder: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub(crate) fn restage(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("restage");
    command
        .current_dir(folder)
        .args(arguments)
        .env_remove("NO_COLOR");
    command.timeout(std::time::Duration::from_secs(60));
    command
}

/// What came of a call.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(restage(folder, arguments))
}

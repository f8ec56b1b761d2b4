//! What a run over many files reports, in each of the formats: over one tree that has a Dockerfile
//! for each kind of answer.
//!
//! `RESTAGE_BLESS=1 cargo test --test main reports` writes `snapshots/report/` anew.

mod bulk;
mod data;
mod docs;
mod output;
mod proofs;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use tempfile::TempDir;

/// The services of the tree, and the case that each is a copy of.
const SERVICES: [(&str, &str); 4] = [
    ("api", "go/hello-cli"),
    ("base", "go/onbuild"),
    ("site", "go/server-templates"),
    ("split", "go/multi-stage"),
];

/// A tree with two rewrites, one file that is declined, one that stays and one that is empty.
fn tree() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for (name, case) in SERVICES {
        copy(&cases.join(case).join("context"), &folder.path().join(name));
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("empty/Dockerfile"), "").unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn restage(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("restage");
    command.current_dir(folder).args(arguments);
    command.timeout(std::time::Duration::from_secs(60));
    command
}

/// Exit code, standard output and standard error of a call.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = restage(folder, arguments).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// Holds `text` against `snapshots/report/<name>`.
fn assert_snapshot(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/report");
    let path = folder.join(name);
    if std::env::var_os("RESTAGE_BLESS").is_some() {
        fs::create_dir_all(folder).unwrap();
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    snapbox::assert_data_eq!(text, snapbox::Data::text(kept).raw());
}

//! The diff on standard output: git takes it, from wherever it was made.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

fn git_apply(folder: &Path, diff: &str) {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .arg("apply")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(diff.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{diff}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn git_applies_the_diff_from_the_root_of_the_work_tree() {
    let scene = hard();
    scene.commit();
    let (exit, diff, _) = scene.run();
    assert_eq!(exit, Exit::Done);
    assert_eq!(
        scene.text("Dockerfile"),
        "FROM a\n",
        "a dry run writes nothing"
    );
    git_apply(&scene.root, &diff);
    for (path, _, new) in HARD {
        assert_eq!(scene.text(path), new, "{path}");
    }
}

#[test]
fn git_applies_the_diff_where_there_is_no_repository() {
    let scene = hard();
    let (_, diff, _) = scene.run();
    git_apply(&scene.root, &diff);
    for (path, _, new) in HARD {
        assert_eq!(scene.text(path), new, "{path}");
    }
}

#[test]
fn a_diff_made_in_a_subfolder_names_paths_from_the_root() {
    let mut scene = Scene::new(&[
        ("svc/api/Dockerfile", "FROM a\n"),
        ("svc/web/Dockerfile", "FROM b\n"),
    ]);
    scene.commit();
    scene.invocation.cwd = scene.root.join("svc");
    let (_, diff, err) = scene.run();
    assert!(
        diff.contains("--- a/svc/api/Dockerfile\n+++ b/svc/api/Dockerfile\n"),
        "{diff}"
    );
    assert!(
        err.contains("\nweb/Dockerfile: would be rewritten"),
        "{err}"
    );
    git_apply(&scene.root, &diff);
    assert_eq!(scene.text("svc/web/Dockerfile"), "FROM b\nUSER 65532\n");
    git(&scene.root, &["checkout", "-q", "."]);
    git_apply(&scene.invocation.cwd, &diff);
    assert_eq!(scene.text("svc/web/Dockerfile"), "FROM b\nUSER 65532\n");
}

#[test]
fn repositories_side_by_side_do_not_share_names_in_a_diff() {
    let mut scene = Scene::new(&[
        ("one/Dockerfile", "FROM a\n"),
        ("two/Dockerfile", "FROM a\n"),
    ]);
    git(&scene.root.join("one"), &["init", "-q"]);
    git(&scene.root.join("two"), &["init", "-q"]);
    let (_, diff, _) = scene.run();
    assert!(
        diff.contains("--- a/one/Dockerfile") && diff.contains("--- a/two/Dockerfile"),
        "{diff}"
    );
    scene.invocation.cwd = scene.root.join("one");
    scene.paths(&["../two"]);
    let (_, diff, err) = scene.run();
    assert!(diff.starts_with("--- a/Dockerfile\n"), "{diff}");
    assert!(err.starts_with("../two/Dockerfile: "), "{err}");
}

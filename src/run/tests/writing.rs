//! What `--write` does to files, and which it leaves alone.

use std::fs;
use std::io::{self, Write};

use super::*;

#[test]
fn writing_keeps_marks_and_line_ends_and_a_second_run_changes_nothing() {
    let mut scene = hard();
    scene.commit();
    scene.invocation.mode = Mode::Write;
    let (exit, out, err) = scene.run();
    assert_eq!((exit, out.as_str()), (Exit::Done, ""));
    assert!(err.ends_with("\n6 rewritten\n"), "{err}");
    for (path, _, new) in HARD {
        assert_eq!(scene.text(path), new, "{path}");
    }
    let (exit, out, err) = scene.run();
    assert_eq!(
        (exit, out.as_str(), err.as_str()),
        (Exit::Done, "", "6 unchanged\n")
    );
}

#[test]
fn work_that_is_not_committed_is_not_mixed_with_rewrites() {
    let mut scene = Scene::new(&[
        ("clean/Dockerfile", "FROM a\n"),
        ("dirty/Dockerfile", "FROM a\n"),
    ]);
    scene.commit();
    scene.put("dirty/Dockerfile", "FROM b\n");
    scene.put("new/Dockerfile", "FROM a\n");
    scene.invocation.mode = Mode::Write;
    let (exit, _, err) = scene.run();
    assert_eq!(exit, Exit::Failed);
    let refusal = |path: &str| {
        format!(
            "error: {path}: has uncommitted changes; commit or stash them, or pass `--allow-dirty`\n"
        )
    };
    assert!(
        err.contains(&refusal("dirty/Dockerfile")) && err.contains(&refusal("new/Dockerfile")),
        "{err}"
    );
    assert!(err.ends_with("1 rewritten, 2 errors\n"), "{err}");
    assert_eq!(scene.text("clean/Dockerfile"), "FROM a\nUSER 65532\n");
    assert_eq!(scene.text("dirty/Dockerfile"), "FROM b\n");

    scene.invocation.allow_dirty = true;
    assert_eq!(scene.run().0, Exit::Done);
    assert_eq!(scene.text("dirty/Dockerfile"), "FROM b\nUSER 65532\n");
    assert_eq!(scene.text("new/Dockerfile"), "FROM a\nUSER 65532\n");
}

#[test]
fn a_repository_that_git_cannot_read_is_not_written_to() {
    let mut scene = Scene::new(&[(".git", "gitdir: nowhere\n"), ("Dockerfile", "FROM a\n")]);
    scene.invocation.mode = Mode::Write;
    let (exit, _, err) = scene.run();
    assert_eq!(exit, Exit::Failed);
    assert!(
        err.starts_with("error: Dockerfile: may have uncommitted changes: `git status` failed: "),
        "{err}"
    );
    assert_eq!(scene.text("Dockerfile"), "FROM a\n");
}

#[test]
fn a_file_edited_meanwhile_is_left_to_its_editor() {
    let mut scene = Scene::new(&[
        ("a/Dockerfile", "FROM EDIT\n"),
        ("b/Dockerfile", "FROM b\n"),
    ]);
    scene.invocation.mode = Mode::Write;
    let (exit, _, err) = scene.run();
    assert_eq!(exit, Exit::Failed);
    assert!(
        err.starts_with("error: a/Dockerfile: changed while restage worked on it"),
        "{err}"
    );
    assert_eq!(scene.text("a/Dockerfile"), "FROM edited\n");
    assert_eq!(scene.text("b/Dockerfile"), "FROM b\nUSER 65532\n");
}

#[test]
fn a_tree_that_changes_meanwhile_costs_the_changed_files_alone() {
    let mut scene = Scene::new(&[
        ("a/Dockerfile", "FROM a\n"),
        ("b/Dockerfile", "FROM b\n"),
        ("c/Dockerfile", "FROM c\n"),
        ("d/Dockerfile", "FROM d\n"),
        ("e/Dockerfile", "FROM e\n"),
    ]);
    scene.invocation.mode = Mode::Write;
    scene.invocation.jobs = NonZeroUsize::new(1);
    let root = scene.root.clone();
    // Once the files are found, the first answer changes what the others will meet.
    let core = move |text: &str, target: &Target| {
        if text.starts_with("FROM a") {
            fs::remove_dir_all(root.join("b")).unwrap();
            fs::remove_file(root.join("c/Dockerfile")).unwrap();
            fs::create_dir(root.join("c/Dockerfile")).unwrap();
        }
        if text.starts_with("FROM d") {
            fs::remove_file(root.join("d/Dockerfile")).unwrap();
        }
        fake(text, target)
    };
    let (exit, _, err) = scene.run_with(&core);
    assert_eq!(exit, Exit::Failed);
    let expected = "\
        a/Dockerfile: rewritten: toolchain `go`, runtime `slim`\n\
        error: b/Dockerfile: no such file or folder\n\
        error: c/Dockerfile: is a folder, not a file; pass `-` to read standard input\n\
        error: d/Dockerfile: cannot be written: no such file or folder\n\
        e/Dockerfile: rewritten: toolchain `go`, runtime `slim`\n\
        2 rewritten, 3 errors\n";
    assert_eq!(err, expected);
    assert_eq!(scene.text("a/Dockerfile"), "FROM a\nUSER 65532\n");
    assert_eq!(scene.text("e/Dockerfile"), "FROM e\nUSER 65532\n");
    assert_eq!(fs::read_dir(scene.root.join("d")).unwrap().count(), 0);
}

/// A reader that went away.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn nobody_listening_does_not_keep_files_from_being_written() {
    let mut scene = Scene::new(&[("a/Dockerfile", "FROM a\n"), ("b/Dockerfile", "FROM a\n")]);
    scene.invocation.mode = Mode::Write;
    let streams = Streams {
        input: &mut io::empty(),
        out: &mut Closed,
        err: &mut Closed,
        out_palette: Palette::default(),
        err_palette: Palette::default(),
        progress: Progress::new(false),
    };
    let error = run(&scene.invocation, &fake, streams).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(scene.text("b/Dockerfile"), "FROM a\nUSER 65532\n");
}

#[cfg(unix)]
#[test]
fn a_link_within_the_tree_is_written_through() {
    let mut scene = Scene::new(&[("docker/api.txt", "FROM a\n"), ("svc/main.go", "")]);
    let link = scene.root.join("svc/Dockerfile");
    std::os::unix::fs::symlink("../docker/api.txt", &link).unwrap();
    scene.commit();
    let (_, diff, err) = scene.run();
    assert!(diff.starts_with("--- a/docker/api.txt\n"), "{diff}");
    assert!(
        err.starts_with("svc/Dockerfile: would be rewritten"),
        "{err}"
    );
    scene.invocation.mode = Mode::Write;
    assert_eq!(scene.run().0, Exit::Done);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(scene.text("docker/api.txt"), "FROM a\nUSER 65532\n");
}

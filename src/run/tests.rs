//! Runs with a stand-in for the core, on real folders and with the real git.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::*;
use crate::discover::Target;
use crate::git::tests::git;
use crate::outcome::{Code, Decline, Outcome, Reason, Rewrite};

/// Does what a word in the text asks for; without one, it adds a USER line.
fn fake(text: &str, target: &Target) -> Outcome {
    if text.contains("DECLINE") {
        return Outcome::Declined(Decline::new(Code::Onbuild, "no").at(2).hint("a hint"));
    }
    if text.contains("USER") {
        let message = "done already".to_owned();
        return Outcome::Unchanged(Reason {
            code: Code::NoBenefit,
            line: None,
            message,
        });
    }
    assert!(!text.contains("PANIC"), "as the text says");
    if text.contains("EDIT") {
        fs::write(&target.dockerfile, "FROM edited\n").unwrap();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let text = match text.strip_suffix(end) {
        Some(_) => format!("{text}USER 65532{end}"),
        None => format!("{text}{end}USER 65532"),
    };
    let text = if text.contains("SAME") {
        text.replace(&format!("USER 65532{end}"), "")
    } else {
        text
    };
    Outcome::Rewritten(Rewrite {
        text,
        toolchain: "go",
        runtime: "slim",
        notes: vec![],
        explanations: vec![],
    })
}

/// A folder and an invocation in it.
struct Scene {
    _folder: TempDir,
    root: PathBuf,
    invocation: Invocation,
    stdin: Vec<u8>,
}

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let invocation = Invocation {
            subject: Subject::Paths(Vec::new()),
            mode: Mode::Diff,
            cwd: root.clone(),
            context: None,
            exclude: Vec::new(),
            allow_dirty: false,
            strict: false,
            jobs: None,
            verbosity: Verbosity::Normal,
            explain: false,
        };
        let scene = Self {
            _folder: folder,
            root,
            invocation,
            stdin: Vec::new(),
        };
        for (path, content) in files {
            scene.put(path, content);
        }
        scene
    }

    fn put(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    fn commit(&self) {
        git(&self.root, &["init", "-q"]);
        git(&self.root, &["add", "-A"]);
        git(&self.root, &["commit", "-qm", "x"]);
    }

    fn paths(&mut self, paths: &[&str]) {
        self.invocation.subject = Subject::Paths(paths.iter().map(PathBuf::from).collect());
    }

    fn run_with(&self, core: &dyn Core) -> (Exit, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let streams = Streams {
            input: &mut self.stdin.as_slice(),
            out: &mut out,
            err: &mut err,
            out_palette: Palette::default(),
            err_palette: Palette::default(),
        };
        let exit = run(&self.invocation, core, streams).unwrap();
        (
            exit,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    fn run(&self) -> (Exit, String, String) {
        self.run_with(&fake)
    }
}

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

/// Files that put the diff's and the writer's care to the test, and what they become.
const HARD: [(&str, &str, &str); 6] = [
    ("Dockerfile", "FROM a\n", "FROM a\nUSER 65532\n"),
    (
        "crlf/Dockerfile",
        "FROM a\r\nRUN b\r\n",
        "FROM a\r\nRUN b\r\nUSER 65532\r\n",
    ),
    (
        "no newline/Dockerfile",
        "FROM a\nRUN b",
        "FROM a\nRUN b\nUSER 65532",
    ),
    (
        "bom/Dockerfile",
        "\u{feff}FROM a\n",
        "\u{feff}FROM a\nUSER 65532\n",
    ),
    (
        "cr/é.Dockerfile",
        "FROM a\nRUN b\rc\n",
        "FROM a\nRUN b\rc\nUSER 65532\n",
    ),
    (
        "q\"uote/Dockerfile",
        "FROM a\n\u{1b}\n",
        "FROM a\n\u{1b}\nUSER 65532\n",
    ),
];

fn hard() -> Scene {
    Scene::new(&HARD.map(|(path, old, _)| (path, old)))
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
fn one_bad_file_does_not_stop_the_others_and_order_is_that_of_paths() {
    let mut scene = Scene::new(&[
        ("a/Dockerfile", "FROM PANIC\n"),
        ("b/Dockerfile", ""),
        ("c/Dockerfile", "FROM a\nRUN DECLINE\n"),
        ("d/Dockerfile", "FROM a\n"),
        ("e/Dockerfile", "FROM a\nUSER 1\n"),
        ("f/Dockerfile", "FROM SAME\n"),
    ]);
    let expected = "\
        a/Dockerfile: declined[internal]: restage panicked on this file\n\
        \x20 = hint: please report it with the Dockerfile\n\
        error: b/Dockerfile: is empty\n\
        c/Dockerfile:2: declined[onbuild]: no\n\
        \x20 = hint: a hint\n\
        d/Dockerfile: would be rewritten: toolchain `go`, runtime `slim`\n\
        e/Dockerfile: unchanged[no-benefit]: done already\n\
        f/Dockerfile: declined[internal]: the rewrite changes nothing\n\
        \x20 = hint: please report it with the Dockerfile\n\
        1 would be rewritten, 3 declined, 1 unchanged, 1 error\n";
    for jobs in [None, NonZeroUsize::new(1), NonZeroUsize::new(7)] {
        scene.invocation.jobs = jobs;
        scene.invocation.verbosity = Verbosity::Verbose;
        let (exit, _, err) = scene.run();
        assert_eq!((exit, err.as_str()), (Exit::Failed, expected));
    }
}

#[test]
fn exit_codes_tell_what_was_found() {
    let mut scene = Scene::new(&[("a.Dockerfile", "FROM a\n"), ("b.Dockerfile", "DECLINE\n")]);
    let exit = |scene: &mut Scene, path: &str, mode: Mode, strict: bool| {
        scene.paths(&[path]);
        scene.invocation.mode = mode;
        scene.invocation.strict = strict;
        scene.run().0
    };
    assert_eq!(
        exit(&mut scene, "a.Dockerfile", Mode::Diff, true),
        Exit::Done
    );
    assert_eq!(
        exit(&mut scene, "a.Dockerfile", Mode::Check, false),
        Exit::Found
    );
    assert_eq!(
        exit(&mut scene, "b.Dockerfile", Mode::Check, false),
        Exit::Done
    );
    assert_eq!(
        exit(&mut scene, "b.Dockerfile", Mode::Diff, true),
        Exit::Found
    );
    assert_eq!(
        exit(&mut scene, "c.Dockerfile", Mode::Check, true),
        Exit::Failed
    );
}

#[test]
fn a_quiet_check_says_nothing_and_a_quiet_dry_run_the_diff() {
    let mut scene = Scene::new(&[("Dockerfile", "FROM a\n")]);
    scene.invocation.verbosity = Verbosity::Quiet;
    let (_, out, err) = scene.run();
    assert!(
        out.ends_with("+USER 65532\n") && err.is_empty(),
        "{out}{err}"
    );
    scene.invocation.mode = Mode::Check;
    assert_eq!(scene.run(), (Exit::Found, String::new(), String::new()));
    scene.invocation.verbosity = Verbosity::Normal;
    assert!(scene.run().1.ends_with("+USER 65532\n"));
}

#[test]
fn standard_input_gives_a_diff_or_as_a_filter_the_text() {
    let mut scene = Scene::new(&[]);
    scene.invocation.subject = Subject::Stdin;
    scene.stdin = "\u{feff}FROM a\r\n".into();
    let (_, out, err) = scene.run();
    assert!(
        out.starts_with("--- a/Dockerfile\n+++ b/Dockerfile\n"),
        "{out}"
    );
    assert!(err.starts_with("<stdin>: would be rewritten: "), "{err}");

    scene.invocation.mode = Mode::Write;
    assert_eq!(scene.run().1, "\u{feff}FROM a\r\nUSER 65532\r\n");
    scene.stdin = "FROM a\nRUN DECLINE".into();
    let (exit, out, err) = scene.run();
    assert_eq!((exit, out.as_str()), (Exit::Done, "FROM a\nRUN DECLINE"));
    assert!(err.starts_with("<stdin>:2: declined[onbuild]"), "{err}");
    scene.stdin = b"FROM \xff".to_vec();
    assert_eq!(scene.run().0, Exit::Failed);
}

/// Says which build context it was given, and copies what the text names.
struct Contexts;

impl Core for Contexts {
    fn copy_sources(&self, text: &str) -> Vec<String> {
        text.lines()
            .filter_map(|line| line.strip_prefix("COPY "))
            .map(str::to_owned)
            .collect()
    }

    fn restage(&self, _text: &str, target: &Target) -> Outcome {
        let context = target
            .context
            .as_ref()
            .map(|context| context.display().to_string());
        Outcome::Declined(Decline::new(
            Code::NoContext,
            context.unwrap_or_else(|| "none".to_owned()),
        ))
    }
}

#[test]
fn the_build_context_is_the_given_one_or_the_one_with_the_files() {
    let mut scene = Scene::new(&[
        ("svc/go.mod", ""),
        ("svc/docker/Dockerfile", "FROM a\nCOPY svc/go.mod\n"),
    ]);
    let context = |scene: &Scene| {
        let err = scene.run_with(&Contexts).2;
        err.lines()
            .next()
            .unwrap()
            .rsplit(": ")
            .next()
            .unwrap()
            .to_owned()
    };
    let inside = |path: &str| scene.root.join(path).display().to_string();
    let (root, svc, own) = (inside(""), inside("svc"), inside("svc/docker"));
    assert_eq!(
        context(&scene),
        own,
        "without a repository nothing above is looked at"
    );
    git(&scene.root, &["init", "-q"]);
    assert_eq!(context(&scene), root.trim_end_matches('/'));
    scene.invocation.context = Some(PathBuf::from("svc"));
    assert_eq!(context(&scene), svc);
    scene.invocation.subject = Subject::Stdin;
    scene.stdin = b"FROM a\n".to_vec();
    assert_eq!(context(&scene), svc);
    scene.invocation.context = None;
    assert_eq!(context(&scene), "none");
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

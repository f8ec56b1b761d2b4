//! Arguments, help and `restage explain`.

use std::io::Read as _;
use std::process::{Command, Stdio};

use super::{DOCKERFILE, folder, put, ran, restage, run};

#[test]
fn explain_says_what_a_code_means_and_what_to_do() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["explain", "onbuild"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out
            .starts_with("declined[onbuild]: ONBUILD instructions run"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("\n\n").count(), 2, "{}", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn explain_without_a_code_lists_them() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["explain"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains("\n  multi-stage ") && ran.out.contains("\n  internal "),
        "{}",
        ran.out
    );
}

#[test]
fn an_unknown_code_is_an_error_that_lists_the_codes() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["explain", "on-build"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .starts_with("error: no code `on-build`; the codes are multi-stage, "),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_named_explain_can_be_given_as_a_path() {
    let folder = folder(&["explain"]);
    let ran = run(folder.path(), &["-v", "./explain"]);
    assert!(ran.err.starts_with("explain:"), "{}", ran.err);
}

#[test]
fn wrong_usage_exits_with_2_and_says_why() {
    let folder = folder(&["Dockerfile"]);
    for (arguments, reason) in [
        (
            &["--no-such-option"][..],
            "unexpected argument '--no-such-option'",
        ),
        (&["--write", "--check"], "cannot be used with"),
        (
            &["--runtime", "ubuntu"],
            "possible values: auto, scratch, distroless, alpine, slim",
        ),
        (
            &["--user", "app"],
            "expected `nonroot`, `keep`, or numbers as UID or UID:GID",
        ),
        (
            &["--toolchain", "cobol"],
            "possible values: go, node, python, rust",
        ),
        (&["--cache", "registry"], "possible values: layers, mounts"),
        (
            &["--cache", "mounts", "--no-buildkit"],
            "error: `--cache mounts` needs BuildKit, which `--no-buildkit` does without",
        ),
        (&["-", "Dockerfile"], "`-` stands alone"),
        (
            &["--exclude", "a{"],
            "error: `--exclude a{`: unclosed alternate group",
        ),
        (
            &["--context", "nowhere"],
            "error: `--context nowhere`: no such file or folder",
        ),
        (
            &["--context", "Dockerfile"],
            "error: `--context Dockerfile`: is not a folder",
        ),
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(reason), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = folder(&[]);
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    for option in [
        "--write",
        "--check",
        "--context",
        "--exclude",
        "--user",
        "--cache",
        "--strict",
        "Exit codes:",
    ] {
        assert!(help.out.contains(option), "{option}");
    }
    let version = run(folder.path(), &["--version"]);
    assert_eq!(
        version.out,
        format!("restage {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn standard_input_is_read_on_request_and_checked_like_a_file() {
    let folder = folder(&[]);
    let mut command = restage(folder.path(), &["-", "-v"]);
    command.write_stdin(DOCKERFILE);
    assert!(ran(command).err.starts_with("<stdin>:"));
    let mut command = restage(folder.path(), &["-"]);
    command.write_stdin("# nothing\n");
    let ran = ran(command);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: <stdin>: has comments only, no instruction\n1 error\n"
    );
}

#[test]
fn colour_is_for_terminals_and_those_who_ask() {
    let folder = folder(&[]);
    put(folder.path(), "Dockerfile", "");
    let coloured = |arguments: &[&str], variable: (&str, &str)| {
        let mut command = restage(folder.path(), arguments);
        command.env(variable.0, variable.1);
        ran(command).err.contains('\u{1b}')
    };
    assert!(!coloured(&[], ("CLICOLOR_FORCE", "1")));
    assert!(coloured(&["--color", "always"], ("TERM", "dumb")));
    assert!(!coloured(&["--color", "never"], ("CLICOLOR_FORCE", "1")));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder(&["Dockerfile"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_restage"));
    command
        .current_dir(folder.path())
        .arg("explain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command.stdout(writer).spawn().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(err, "");
}

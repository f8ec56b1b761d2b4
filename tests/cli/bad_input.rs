//! Files that are no Dockerfiles: one line each, the others go on, and the exit code is 2.

use std::fs;

use super::{DOCKERFILE, Ran, folder, put, run};

fn assert_error(ran: &Ran, line: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(
        ran.err.lines().any(|found| found == line),
        "{line}\n{}",
        ran.err
    );
}

#[test]
fn content_that_is_no_dockerfile() {
    let folder = folder(&["good/Dockerfile"]);
    let large = "RUN true\n".repeat(6_000_000);
    let bad: [(&str, &[u8], &str); 8] = [
        ("binary", b"FROM a\nRUN \xc3\x28\n", "is not UTF-8 (line 2)"),
        (
            "comments",
            b"# syntax=docker/dockerfile:1\n\n",
            "has comments only, no instruction",
        ),
        ("empty", b"", "is empty"),
        (
            "large",
            large.as_bytes(),
            "is larger than 1 MiB, the limit for a Dockerfile",
        ),
        ("marked", b"\xef\xbb\xbf", "is empty"),
        (
            "nul",
            b"FROM a\0\n",
            "is not a text file (NUL byte on line 1)",
        ),
        ("utf16be", b"\xfe\xff\0F", "is UTF-16; save it as UTF-8"),
        ("utf16le", b"\xff\xfeF\0", "is UTF-16; save it as UTF-8"),
    ];
    for (name, content, _) in bad {
        put(folder.path(), &format!("{name}/Dockerfile"), content);
    }
    let ran = run(folder.path(), &["-v"]);
    for (name, _, reason) in bad {
        assert_error(&ran, &format!("error: {name}/Dockerfile: {reason}"));
    }
    assert!(ran.err.contains("\ngood/Dockerfile:"), "{}", ran.err);
    assert!(ran.err.ends_with(", 8 errors\n"), "{}", ran.err);
    assert_eq!(ran.err.matches("error: ").count(), 8);
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = folder(&["Dockerfile"]);
    let ran = run(
        folder.path(),
        &["-v", "no/Dockerfile", "Dockerfile", "Dockerfile/x", "no/*"],
    );
    assert_error(
        &ran,
        "error: no/*: no such file or folder: the pattern matches nothing",
    );
    assert_error(&ran, "error: no/Dockerfile: no such file or folder");
    assert!(
        ran.err
            .lines()
            .any(|line| line.starts_with("error: Dockerfile/x: ")),
        "{}",
        ran.err
    );
    assert!(
        ran.err.lines().any(|line| line.starts_with("Dockerfile:")),
        "{}",
        ran.err
    );
}

#[test]
fn names_cannot_drive_the_terminal() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["a\u{1b}[2Jb"]);
    assert_error(&ran, "error: a\\u{1b}[2Jb: no such file or folder");
}

#[cfg(unix)]
#[test]
fn links_that_lead_astray() {
    use std::os::unix::fs::symlink;
    let folder = folder(&["outside/any", "tree/sub/Dockerfile", "tree/file"]);
    let root = folder.path().canonicalize().unwrap();
    let tree = root.join("tree");
    symlink("../outside/any", tree.join("Dockerfile")).unwrap();
    symlink("nowhere", tree.join("broken.Dockerfile")).unwrap();
    symlink("loop.Dockerfile", tree.join("loop.Dockerfile")).unwrap();
    symlink("../file", tree.join("sub/inside.Dockerfile")).unwrap();
    let out = format!(
        "is a link out of `{}`, to `{}`; name that file instead",
        tree.display(),
        root.join("outside/any").display()
    );

    let ran = run(&tree, &["-v"]);
    assert_error(&ran, &format!("error: Dockerfile: {out}"));
    assert_error(
        &ran,
        "error: broken.Dockerfile: is a link to a file that does not exist",
    );
    assert!(ran.err.contains("error: loop.Dockerfile: "), "{}", ran.err);
    assert!(
        ran.err.contains("\nsub/inside.Dockerfile:"),
        "the walked folder is the tree: {}",
        ran.err
    );
    assert_error(
        &run(&tree, &["Dockerfile"]),
        &format!("error: Dockerfile: {out}"),
    );

    fs::create_dir(root.join(".git")).unwrap();
    fs::write(root.join(".git/HEAD"), "").unwrap();
    let ran = run(&tree, &["-v", "Dockerfile"]);
    assert_ne!(
        ran.code, 2,
        "within one work tree links are followed: {}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let folder = folder(&[]);
    let fifo = folder.path().join("Dockerfile");
    let made = std::process::Command::new("mkfifo")
        .arg(&fifo)
        .status()
        .unwrap();
    assert!(made.success());
    let _socket =
        std::os::unix::net::UnixListener::bind(folder.path().join("s.Dockerfile")).unwrap();
    let ran = run(folder.path(), &[".", "/dev/null"]);
    assert_error(
        &ran,
        "error: Dockerfile: is a FIFO, not a file; pass `-` to read standard input",
    );
    assert_error(
        &ran,
        "error: s.Dockerfile: is a socket, not a file; pass `-` to read standard input",
    );
    assert_error(
        &ran,
        "error: /dev/null: is a device, not a file; pass `-` to read standard input",
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = folder(&["locked/Dockerfile", "secret/Dockerfile"]);
    let path = folder.path();
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(path, 0o755);
    let program = path.join("restage");
    fs::copy(env!("CARGO_BIN_EXE_restage"), &program).unwrap();
    mode(&path.join("locked"), 0o000);
    mode(&path.join("secret/Dockerfile"), 0o000);

    let mut command = std::process::Command::new(&program);
    command.current_dir(path);
    if fs::read(path.join("secret/Dockerfile")).is_ok() {
        command.uid(65534); // Nothing is locked for root, which containers run tests as.
    }
    let output = command.output().unwrap();
    mode(&path.join("locked"), 0o755);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        err,
        "error: locked: permission denied\nerror: secret/Dockerfile: permission denied\n2 errors\n"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn writing_leaves_bad_files_alone() {
    let folder = folder(&[]);
    put(folder.path(), "Dockerfile", b"FROM \xff\n");
    put(folder.path(), "x.Dockerfile", format!("# {DOCKERFILE}"));
    assert_eq!(run(folder.path(), &["--write"]).code, 2);
    assert_eq!(
        fs::read(folder.path().join("Dockerfile")).unwrap(),
        b"FROM \xff\n"
    );
}

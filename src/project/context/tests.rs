//! The context over real trees on disk, and over texts in memory.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use super::disk::{MAX_BYTES, MAX_DEPTH};
use super::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn open(root: &tempfile::TempDir) -> BuildContext {
    BuildContext::open(root.path(), None).unwrap()
}

fn list<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    paths.collect()
}

#[test]
fn memory_and_disk_answer_alike() {
    let files = [
        (
            ".dockerignore",
            "docs\n*.log\n!keep.log\nsecret/*\n!secret/public\n",
        ),
        ("docs/a.md", "x"),
        ("go.mod", "\u{feff}module x\n"),
        ("keep.log", "k"),
        ("other.log", "o"),
        ("secret/key", "s"),
        ("secret/public/a", "p"),
        ("web/static/app.js", "j"),
    ];
    let root = tree(&files);
    for context in [open(&root), BuildContext::from_texts(files)] {
        assert_eq!(
            list(context.files()),
            [
                ".dockerignore",
                "go.mod",
                "keep.log",
                "secret/public/a",
                "web/static/app.js"
            ]
        );
        assert_eq!(list(context.files_under("./web/")), ["web/static/app.js"]);
        assert_eq!(list(context.files_under("../web")), [""; 0]);
        assert_eq!(
            context.top_level(),
            [".dockerignore", "go.mod", "keep.log", "secret", "web"]
        );
        assert_eq!(context.children("/web/x/.."), ["web/static"]);
        assert_eq!(context.read("./go.mod"), Some("module x\n"));
        assert_eq!(context.read("go.mod"), context.read("/go.mod"));
        assert_eq!(context.read("docs/a.md"), None);
        assert_eq!(context.read_hidden("docs/a.md"), Some("x"));
        assert!(context.is_hidden("docs") && context.is_hidden("docs/a.md"));
        assert!(context.is_hidden("other.log") && !context.is_hidden("nowhere"));
        assert!(!context.is_hidden("keep.log") && context.is_file("keep.log"));
        assert!(context.is_dir("secret") && !context.exists("secret/key"));
        assert!(context.is_dir("") && context.is_dir(".") && !context.is_hidden("."));
        assert!(!context.exists("..") && !context.exists("web/../../x"));
        assert!(!context.exists("go.mod/x") && !context.exists("we"));
        assert!(context.gaps().is_empty());
        assert_eq!(context.matches("*.log"), ["keep.log"]);
        assert_eq!(context.matches("w*/st*"), ["web/static"]);
        assert_eq!(context.matches("./web/"), ["web"]);
        assert_eq!(context.matches("."), [""]);
        assert_eq!(context.matches("docs"), [""; 0]);
        assert_eq!(context.matches("../*"), [""; 0]);
    }
}

#[test]
fn a_hidden_directory_is_there_when_an_exception_reaches_into_it() {
    let root = tree(&[
        (".dockerignore", "*\n!src/app\n"),
        ("src/app/main.go", ""),
        ("src/other.go", ""),
        ("lib/x.go", ""),
    ]);
    let context = open(&root);
    assert_eq!(list(context.files()), ["src/app/main.go"]);
    assert!(context.is_dir("src") && !context.is_hidden("src"));
    assert!(context.is_hidden("lib") && context.is_hidden("src/other.go"));
    assert_eq!(context.top_level(), ["src"]);
}

#[test]
fn the_dockerfiles_own_ignore_file_wins() {
    let root = tree(&[
        (".dockerignore", "a\n"),
        ("a", ""),
        ("b", ""),
        ("build/Dockerfile.dockerignore", "b\n"),
    ]);
    let own = root.path().join("build/Dockerfile");
    let context = BuildContext::open(root.path(), Some(&own)).unwrap();
    assert!(context.is_file("a") && context.is_hidden("b"));
    let other = root.path().join("build/Other");
    let context = BuildContext::open(root.path(), Some(&other)).unwrap();
    assert!(context.is_hidden("a") && context.is_file("b"));
}

#[test]
fn nothing_is_there_without_a_context() {
    let context = BuildContext::empty();
    assert!(context.is_empty() && !context.exists("") && !context.exists("a"));
    assert_eq!(context.files().count(), 0);
    assert_eq!(context.read("a"), None);
}

#[test]
fn opening_what_is_no_directory_fails() {
    let root = tree(&[("file", "")]);
    assert!(BuildContext::open(&root.path().join("file"), None).is_err());
    assert!(BuildContext::open(&root.path().join("nowhere"), None).is_err());
    fs::create_dir(root.path().join(".dockerignore")).unwrap();
    assert!(BuildContext::open(root.path(), None).is_err());
}

#[test]
fn links_are_followed_inside_the_root_only() {
    let outside = tree(&[("secret", "s"), ("dir/x", "x")]);
    let root = tree(&[
        ("a/real", "r"),
        ("hidden/h", "h"),
        (".dockerignore", "hidden\n"),
    ]);
    let link = |target: PathBuf, name: &str| symlink(target, root.path().join(name)).unwrap();
    link("a/real".into(), "inside");
    link("a".into(), "folder");
    link("hidden/h".into(), "into-hidden");
    link("nowhere".into(), "dangling");
    link("loop".into(), "loop");
    link(outside.path().join("secret"), "file-out");
    link(outside.path().join("dir"), "dir-out");
    link("..".into(), "up");
    let context = open(&root);
    assert_eq!(context.read("inside"), Some("r"));
    assert_eq!(context.read("folder/real"), Some("r"));
    assert!(context.is_dir("folder"));
    for out in ["file-out", "dir-out", "dir-out/x", "up", "dangling", "loop"] {
        assert!(
            !context.exists(out) && context.read_hidden(out).is_none(),
            "{out}"
        );
    }
    assert!(!context.exists("into-hidden"));
    assert_eq!(
        list(context.files()),
        [".dockerignore", "a/real", "folder", "inside", "into-hidden"]
    );
    let outside_link = |path: &str| Gap::OutsideLink(path.into());
    assert_eq!(
        context.gaps(),
        [
            outside_link("dir-out"),
            outside_link("file-out"),
            outside_link("up"),
            Gap::DanglingLink("dangling".into()),
            Gap::DanglingLink("loop".into()),
        ]
    );
}

#[test]
fn a_root_reached_through_a_link_is_a_root() {
    let root = tree(&[("real/a", "x")]);
    symlink("real", root.path().join("alias")).unwrap();
    let context = BuildContext::open(&root.path().join("alias"), None).unwrap();
    assert_eq!(context.read("a"), Some("x"));
}

#[test]
#[cfg(target_os = "linux")]
fn only_regular_files_are_opened() {
    let root = tree(&[("a", "")]);
    rustix::fs::mkfifoat(rustix::fs::CWD, root.path().join("fifo"), 0o600.into()).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
    symlink("fifo", root.path().join("to-fifo")).unwrap();
    let context = open(&root);
    for path in ["fifo", "socket", "to-fifo"] {
        assert!(
            context.read(path).is_none() && !context.exists(path),
            "{path}"
        );
    }
    assert!(context.read("").is_none());
    assert!(list(context.files()).contains(&"a"));
    assert!(!list(context.files()).contains(&"fifo"));
}

#[test]
fn what_is_no_text_of_bounded_size_is_not_read() {
    let root = tree(&[]);
    let limit = usize::try_from(MAX_BYTES).unwrap();
    fs::write(root.path().join("limit"), "x".repeat(limit)).unwrap();
    fs::write(root.path().join("more"), "x".repeat(limit + 1)).unwrap();
    fs::write(root.path().join("binary"), [0xff, 0xfe, 0x00]).unwrap();
    let context = open(&root);
    assert_eq!(context.read("limit").map(str::len), Some(limit));
    assert!(context.read("more").is_none() && context.is_file("more"));
    assert!(context.read("binary").is_none() && context.is_file("binary"));
    assert!(context.read("nul\0byte").is_none());
}

#[test]
fn a_name_that_is_no_text_is_told() {
    let root = tree(&[("a", "")]);
    let name = std::ffi::OsStr::from_bytes(b"bad\xff");
    if fs::write(root.path().join(name), "").is_err() {
        return; // This file system has only UTF-8 names.
    }
    let context = open(&root);
    assert_eq!(list(context.files()), ["a"]);
    assert_eq!(context.gaps(), [Gap::NameNotUtf8("bad\u{fffd}".into())]);
}

#[test]
fn an_unreadable_directory_is_told() {
    let root = tree(&[("locked/a", "x"), ("b", "")]);
    let locked = root.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o0)).unwrap();
    let readable = fs::read_dir(&locked).is_ok(); // As root, permissions do not hold.
    let context = open(&root);
    if !readable {
        assert_eq!(list(context.files()), ["b"]);
        assert_eq!(context.gaps(), [Gap::Unreadable("locked".into())]);
        assert_eq!(context.read("locked/a"), None);
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn heavy_directories_are_there_and_not_walked() {
    let root = tree(&[
        (".git/HEAD", ""),
        ("node_modules/x/package.json", "{}"),
        ("app/target/debug/x", ""),
        ("app/Cargo.toml", ""),
        ("target/kept", ""),
    ]);
    let context = open(&root);
    assert_eq!(list(context.files()), ["app/Cargo.toml", "target/kept"]);
    assert_eq!(
        context.top_level(),
        [".git", "app", "node_modules", "target"]
    );
    assert_eq!(context.read("node_modules/x/package.json"), Some("{}"));
    assert!(context.is_file("app/target/debug/x") && context.is_dir(".git"));
}

#[test]
fn depth_is_bounded() {
    let deep = "d/".repeat(MAX_DEPTH + 2) + "leaf";
    let root = tree(&[(deep.as_str(), ""), ("a", "")]);
    let context = open(&root);
    assert_eq!(list(context.files()), ["a"]);
    let last = vec!["d"; MAX_DEPTH].join("/");
    assert_eq!(context.gaps(), [Gap::TooDeep(last)]);
    assert!(context.is_file(&deep));
}

//! Configurations that are wrong: a line with its place, exit code 2, and every other file done.

use std::fmt::Write as _;

use super::{folder, project, put, run};

/// The first line that is said about a configuration, and the exit code.
fn said(config: &str) -> (i32, String) {
    let folder = folder(&["a"], config);
    let ran = run(folder.path(), &[]);
    assert_eq!(ran.out, "", "what it decides about is left alone");
    (
        ran.code,
        ran.err.lines().next().unwrap_or_default().to_owned(),
    )
}

/// A configuration, the place of what is wrong with it, and what is said.
pub(super) const WRONG: [(&str, &str, &str); 24] = [
    (
        "runtime: slim\nruntme: slim\n",
        "2:1",
        "unknown field `runtme`, expected one of `runtime`",
    ),
    (
        "overrides:\n  - paths: [a]\n    strict: true\n",
        "3:5",
        "unknown field `strict`",
    ),
    (
        "runtime: ubuntu\n",
        "1:10",
        "expected one of auto, scratch, distroless, alpine, slim",
    ),
    (
        "runtimes:\n  cobol: slim\n",
        "2:3",
        "expected one of go, node, python, rust",
    ),
    (
        "user: app\n",
        "1:7",
        "expected `nonroot`, `keep`, or numbers",
    ),
    (
        "user: -1\n",
        "1:7",
        "expected `nonroot`, `keep`, or numbers",
    ),
    (
        "exclude-codes: [onbild]\n",
        "1:17",
        "expected a code of `restage explain`",
    ),
    ("exclude-codes:\n  - internal\n", "2", "is a bug of restage"),
    ("exclude-codes:\n  - multi-stage\n", "2", "is no refusal"),
    (
        "exclude: [ok, 'a{']\n",
        "1",
        "`a{`: unclosed alternate group",
    ),
    (
        "overrides:\n  - runtime: slim\n",
        "2:5",
        "missing field `paths`",
    ),
    (
        "overrides:\n  - runtime: slim\n    paths: []\n",
        "2",
        "`paths` is empty",
    ),
    ("user: keep\nruntime: slim\nuser: keep\n", "3:1", "`user`"),
    (
        "runtimes:\n  go: slim\n  go: alpine\n",
        "3:3",
        "the key `go` stands twice",
    ),
    ("runtime: [slim\n", "2:1", "did not find expected"),
    ("- a\n", "1:1", "invalid type"),
    ("a: 1\n---\nb: 1\n", "", "more than one document"),
    ("context: nowhere\n", "1", "`nowhere` is not a folder"),
    (
        "user: keep\ntemplate-dir: nowhere\n",
        "2",
        "cannot read the template folder",
    ),
    (
        "images:\n  - image: debian\n",
        "2",
        "expected `mirror`, `digest` or `replacement`",
    ),
    (
        "images:\n  - {image: debian, digest: 'sha256:00'}\n",
        "2",
        "must name its tag",
    ),
    (
        "images:\n  - {image: 'debian:1', digest: 'sha256:00'}\n",
        "2",
        "is not a digest",
    ),
    (
        "images:\n  - {image: 'debian:1', mirror: 'a b'}\n",
        "2",
        "is not the name of a registry",
    ),
    (
        "images:\n  - {image: 'a', mirror: b, replacement: c}\n",
        "2",
        "stands alone",
    ),
];

#[test]
fn a_wrong_file_is_an_error_at_its_place() {
    for (config, place, reason) in WRONG {
        let (code, line) = said(config);
        let place = if place.is_empty() {
            String::new()
        } else {
            format!(":{place}")
        };
        let start = format!("error: .restage.yaml{place}: ");
        assert!(
            code == 2 && line.starts_with(&start) && line.contains(reason),
            "{config}\n{start}\n{line}"
        );
        let end = "; the Dockerfile that it decides about is left alone";
        assert!(line.ends_with(end), "{line}");
    }
}

#[test]
fn other_files_are_done() {
    let folder = folder(&["a/x", "a/y"], "runtime: scratch\n");
    project(folder.path(), "b");
    put(folder.path(), "a/.restage.yaml", "# a\nno: 1\n");
    let ran = run(folder.path(), &["--write"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("error: a/.restage.yaml:2:1: unknown field `no`"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("; the 2 Dockerfiles that it decides about are left alone"),
        "{}",
        ran.err
    );
    assert!(ran.err.ends_with("1 rewritten, 1 error\n"), "{}", ran.err);
    let text = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(text("b/Dockerfile").contains("FROM scratch"));
    assert_eq!(text("a/x/Dockerfile"), super::GO);
}

#[test]
fn a_named_file_that_is_wrong_stops_the_run() {
    let folder = folder(&["a"], "");
    put(folder.path(), "bad.yaml", "x: 1\n");
    let ran = run(folder.path(), &["--config", "bad.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .starts_with("error: bad.yaml:1:1: unknown field `x`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_bomb_does_not_go_off() {
    let mut config = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(config, "a{level}: &a{level} [{items}]").unwrap();
    }
    let (code, line) = said(&config);
    assert!(
        code == 2 && (line.contains("more than") || line.contains("repetition")),
        "{line}"
    );
    let (code, line) = said(&"x".repeat(2 << 20));
    assert!(code == 2 && line.contains("is larger than 1 MiB"), "{line}");
}

#[test]
fn a_pattern_that_nothing_fits_is_an_error_when_all_was_seen() {
    let config =
        "exclude:\n  - legacy\noverrides:\n  - paths:\n      - a\n      - b\n    runtime: slim\n";
    let folder = folder(&["a", "c"], config);
    let ran = run(folder.path(), &[]);
    assert_eq!(ran.code, 2);
    let errors: Vec<_> = ran
        .err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(
        errors,
        [
            "error: .restage.yaml:2: `legacy` matches no Dockerfile",
            "error: .restage.yaml:6: `b` matches no Dockerfile",
        ]
    );
    // The Dockerfiles have their answers all the same.
    assert!(ran.out.contains("--- a/a/Dockerfile"), "{}", ran.out);
    let part = run(folder.path(), &["a"]);
    assert_eq!(part.code, 0, "{}", part.err);
}

#[test]
fn every_format_tells_what_is_wrong_with_no_file() {
    let folder = folder(&["a"], "");
    put(folder.path(), "docs<b>/compose.yaml", "services: [");
    for (format, said) in [
        ("json", "\"docs<b>/compose.yaml"),
        ("github", "::warning title=restage::docs<b>/compose.yaml"),
        ("markdown", "⚠ docs&lt;b&gt;/compose.yaml"),
        ("sarif", "\"level\": \"warning\""),
        ("html", "docs&lt;b&gt;&#x2f;compose.yaml"),
    ] {
        let ran = run(folder.path(), &["--format", format]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains(said), "{format}\n{}", ran.out);
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_not_read() {
    let folder = folder(&["tree/a"], "runtime: scratch\n");
    std::fs::create_dir_all(folder.path().join("tree/.git")).unwrap();
    put(folder.path(), "tree/.git/HEAD", "");
    std::os::unix::fs::symlink("../.restage.yaml", folder.path().join("tree/.restage.yaml"))
        .unwrap();
    let ran = run(folder.path(), &["tree"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .contains("error: tree/.restage.yaml: is a link out of `"),
        "{}",
        ran.err
    );
}

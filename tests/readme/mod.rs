//! The README's example is what the tool prints.
//!
//! `RESTAGE_BLESS=1 cargo test --test main readme` writes the example anew.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const EXAMPLE: &str = "tests/cases/go/server-templates/context";

/// Standard output and standard error of restage on the example, from the crate's folder.
fn printed() -> (String, String) {
    let output = Command::cargo_bin("restage")
        .unwrap()
        .arg(EXAMPLE)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

/// `readme` with the fenced block behind `mark` holding `text`.
fn with_block(readme: &str, mark: &str, text: &str) -> String {
    let start = readme.find(mark).unwrap();
    let open = start + readme[start..].find("```").unwrap();
    let body = open + readme[open..].find('\n').unwrap() + 1;
    let close = body + readme[body..].find("```\n").unwrap();
    format!(
        "{}{}\n{}",
        &readme[..body],
        text.trim_end(),
        &readme[close..]
    )
}

#[test]
fn the_example_is_what_the_tool_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (diff, notes) = printed();
    assert!(
        diff.contains("FROM gcr.io/distroless/static-debian13"),
        "{diff}"
    );
    let expected = with_block(&readme, "<!-- example -->", &diff);
    let expected = with_block(&expected, "<!-- notes -->", &notes);
    if std::env::var_os("RESTAGE_BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert_eq!(readme, expected, "run again with RESTAGE_BLESS=1");
    }
}

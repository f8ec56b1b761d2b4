//! Two texts in, the lines of a unified diff out, such that `git apply` and `patch -p1` take it.
//!
//! Lines end at LF alone: a CR before it belongs to the line and is printed as it stands, and so
//! is one in the middle of a line, where a diff library would see a line end that git does not.

use std::fmt::Write as _;
use std::path::{Component, Path};

use similar::{Algorithm, ChangeTag, TextDiff};

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// What a line of a diff is, for colouring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// `--- a/path` and `+++ b/path`.
    Header,
    /// `@@ -1,2 +1,3 @@`.
    Hunk,
    /// A line of both texts, or the marker for a missing final newline.
    Context,
    /// A line of the old text.
    Removed,
    /// A line of the new text.
    Added,
}

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// What it is.
    pub kind: LineKind,
    /// The line with its mark in front; it ends in LF.
    pub text: String,
}

/// The diff that turns `old` into `new`, named after `path`; no line at all for equal texts.
pub fn unified(path: &Path, old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new) = (lines(old), lines(new));
    // Patience anchors the hunks at lines that occur once, which keeps instructions whole.
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .diff_slices(&old, &new);
    let mut result = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if result.is_empty() {
            result.push(line(LineKind::Header, "--- ", &header_name("a", path)));
            result.push(line(LineKind::Header, "+++ ", &header_name("b", path)));
        }
        result.push(line(LineKind::Hunk, "", &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let (kind, mark) = match change.tag() {
                ChangeTag::Equal => (LineKind::Context, " "),
                ChangeTag::Delete => (LineKind::Removed, "-"),
                ChangeTag::Insert => (LineKind::Added, "+"),
            };
            let value = change.value();
            result.push(line(kind, mark, value.strip_suffix('\n').unwrap_or(value)));
            if !value.ends_with('\n') {
                let marker = "No newline at end of file";
                result.push(line(LineKind::Context, "\\ ", marker));
            }
        }
    }
    result
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn line(kind: LineKind, mark: &str, rest: &str) -> DiffLine {
    DiffLine {
        kind,
        text: format!("{mark}{rest}\n"),
    }
}

/// `side/path` as git writes it: quoted in C's way where a byte would end the name early, and
/// with a tab behind a name that holds a blank, lest a reader take the rest for a date.
fn header_name(side: &str, path: &Path) -> String {
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    let mut name = side.as_bytes().to_vec();
    for part in parts {
        name.push(b'/');
        name.extend_from_slice(part.as_os_str().as_encoded_bytes());
    }
    let text = String::from_utf8_lossy(&name);
    let special = |byte: u8| byte.is_ascii_control() || matches!(byte, b'"' | b'\\');
    if !name.iter().copied().any(special) && text.as_bytes() == name {
        let tab = if name.contains(&b' ') { "\t" } else { "" };
        return format!("{text}{tab}");
    }
    let mut quoted = String::from("\"");
    for byte in name {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => write!(quoted, "\\{byte:03o}").unwrap_or_default(),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        unified(Path::new("Dockerfile"), old, new)
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    #[test]
    fn three_lines_stand_around_a_change() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let expected =
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n";
        assert_eq!(diff(old, &old.replace('5', "x")), expected);
        assert_eq!(diff(old, old), "");
    }

    #[test]
    fn a_missing_final_newline_is_marked_on_its_side() {
        let marker = "\\ No newline at end of file\n";
        assert!(diff("a", "a\nb").ends_with(&format!("-a\n{marker}+a\n+b\n{marker}")));
        assert!(diff("a\nb", "x\nb").ends_with(&format!("-a\n+x\n b\n{marker}")));
        assert!(diff("a\n", "a").ends_with(&format!("-a\n+a\n{marker}")));
    }

    #[test]
    fn carriage_returns_stay_in_their_lines() {
        assert!(diff("a\r\nb\r\n", "a\r\nc\r\n").ends_with(" a\r\n-b\r\n+c\r\n"));
        assert!(diff("a\rb\n", "a\rc\n").ends_with("@@ -1 +1 @@\n-a\rb\n+a\rc\n"));
        assert!(
            diff("a\r", "b\r").ends_with(
                "-a\r\n\\ No newline at end of file\n+b\r\n\\ No newline at end of file\n"
            )
        );
    }

    #[test]
    fn names_that_a_reader_could_misread_are_marked() {
        let name = |path: &str| header_name("a", Path::new(path));
        assert_eq!(name("x/Dockerfile"), "a/x/Dockerfile");
        assert_eq!(name("/x/./y"), "a/x/y");
        assert_eq!(name("my app/é"), "a/my app/é\t");
        assert_eq!(name("a\"b\n"), "\"a/a\\\"b\\012\"");
    }
}

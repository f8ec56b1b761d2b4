//! Files that a program may make. In: a string of its sources. Out: whether it names a file that is
//! not there, in a directory that the project brings: the directory has to stay, although it may
//! hold nothing but sources.

use super::tree::Tree;
use crate::dockerfile::contract::clean;
use crate::plan::layout::is_system_directory;

/// Whether `text`, in a program that runs in `directory`, names such a file.
pub(crate) fn may_be_made(tree: &Tree, directory: &str, text: &str) -> bool {
    let Some((before, name)) = text.rsplit_once('/') else {
        return false;
    };
    if !is_file_name(name) || !text.bytes().all(is_of_path) {
        return false;
    }
    let absolute = |path: &str| {
        if path.starts_with('/') {
            clean(path)
        } else {
            clean(&format!("{directory}/{path}"))
        }
    };
    let parent = absolute(before);
    parent != directory
        && !is_system_directory(&parent)
        && tree.is_dir(&parent)
        && tree.context(&absolute(text)).is_none()
}

/// Whether a source has a string that ends as the path of a file does: what [`may_be_made`] could
/// hold for, seen without a syntax tree.
pub(crate) fn names_a_file(source: &str) -> bool {
    let mut pieces = source.split(['"', '`', '\'']);
    // What stands before the first quote is no string; whether the rest is, does not matter.
    pieces.next();
    pieces.any(|piece| {
        let start = piece.bytes().rposition(|byte| !is_of_path(byte));
        let path = piece.get(start.map_or(0, |start| start + 1)..);
        let last = path.and_then(|path| path.rsplit_once('/'));
        last.is_some_and(|(_, name)| is_file_name(name))
    })
}

fn is_file_name(name: &str) -> bool {
    name.contains('.') && !name.ends_with('.')
}

fn is_of_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/._-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_end_as_paths_are_seen_in_the_text() {
        for text in [
            "x := \"logs/app.log\"",
            "const A = `a/b.txt`;",
            "f(\"\", \"../data/x.db\")",
            "// it's\nf('a/b.c')",
        ] {
            assert!(names_a_file(text), "{text}");
        }
        for text in [
            "",
            "a/b.c",
            "\"a.b\"",
            "\"a/b\"",
            "x(\"a/b.\")",
            "\"é/\u{1F600}\"",
        ] {
            assert!(!names_a_file(text), "{text}");
        }
    }
}

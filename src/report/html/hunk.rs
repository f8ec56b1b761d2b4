//! A diff cut into its hunks, each with the words that changed and what is said about its lines.

use serde::Serialize;

use super::words;
use crate::report::model::{File, Note};

/// A hunk of a unified diff.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Hunk<'a> {
    /// The hunk as it stands in the diff, its `@@` line first.
    text: &'a str,
    /// The first line that it shows of the old file, counted from 1, and how many.
    old: (usize, usize),
    /// The same of the new file.
    new: (usize, usize),
    /// Lines added.
    pub(super) added: usize,
    /// Lines removed.
    pub(super) removed: usize,
    /// Changed words, as JSON: `[line of the text, start, end]`, in UTF-16 units behind the sign.
    marks: String,
    /// What is said about lines of the old file that are in it.
    notes: Vec<Note<'a>>,
    /// Why lines of the new file are in it.
    reasons: Vec<Reason<'a>>,
}

/// Why a line is there.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Reason<'a> {
    line: usize,
    text: &'a str,
    rule: &'a str,
    evidence: &'a [String],
}

impl Hunk<'_> {
    /// Whether the hunk shows this line of the old file.
    pub(super) fn has_old(&self, line: usize) -> bool {
        holds(self.old, line)
    }
}

fn holds((start, count): (usize, usize), line: usize) -> bool {
    (start..start + count).contains(&line)
}

/// The lines of a file's diff in front of its first hunk, and the hunks.
pub(super) fn hunks<'a>(file: &'a File<'a>) -> (&'a str, Vec<Hunk<'a>>) {
    let diff = file.diff.as_deref().unwrap_or_default();
    let mut starts = Vec::new();
    let mut offset = 0;
    for line in diff.split_inclusive('\n') {
        // A line of a file has a sign in front, so that none begins so.
        if line.starts_with("@@ ") {
            starts.push(offset);
        }
        offset += line.len();
    }
    let header = diff.get(..starts.first().copied().unwrap_or(offset));
    let ends = starts.iter().skip(1).copied().chain([offset]);
    let texts = starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| diff.get(*start..end));
    (
        header.unwrap_or_default(),
        texts.map(|text| hunk(file, text)).collect(),
    )
}

fn hunk<'a>(file: &'a File<'a>, text: &'a str) -> Hunk<'a> {
    let head = text.lines().next().unwrap_or_default();
    let (old, new) = (range(head, '-'), range(head, '+'));
    let signs = |sign: char| text.lines().filter(|line| line.starts_with(sign)).count();
    let notes = file.notes.iter();
    let notes = notes.filter(|note| note.line.is_some_and(|line| holds(old, line)));
    let reasons = file.explanations.iter();
    let reasons = reasons.filter(|reason| holds(new, reason.line));
    let after = file.texts.map(|(_, after)| after).unwrap_or_default();
    Hunk {
        text,
        old,
        new,
        added: signs('+'),
        removed: signs('-'),
        marks: serde_json::to_string(&words::marks(text)).unwrap_or_default(),
        notes: notes.cloned().collect(),
        reasons: reasons
            .map(|reason| Reason {
                line: reason.line,
                text: after.split('\n').nth(reason.line - 1).unwrap_or_default(),
                rule: reason.rule,
                evidence: reason.evidence,
            })
            .collect(),
    }
}

/// `-start,count` or `+start,count` of a hunk's head; a count of one is left out there.
fn range(head: &str, sign: char) -> (usize, usize) {
    let mut words = head.split(' ');
    let range = words.find_map(|word| word.strip_prefix(sign));
    let range = range.unwrap_or_default();
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    (
        start.parse().unwrap_or_default(),
        count.parse().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_tell_ranges() {
        let head = "@@ -3,7 +3,12 @@";
        assert_eq!((range(head, '-'), range(head, '+')), ((3, 7), (3, 12)));
        assert_eq!(range("@@ -1 +1,2 @@", '-'), (1, 1));
        assert_eq!(range("@@ -0,0 +1,2 @@", '-'), (0, 0));
    }
}

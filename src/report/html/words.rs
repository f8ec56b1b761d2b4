//! Which words of changed lines changed: the lines of a hunk in, ranges out.

use similar::{ChangeTag, TextDiff};

/// Lines that have less than this in common are two lines, not one that changed.
const ALIKE: f32 = 0.4;

/// Blocks with more pairs of lines than this are not looked at.
const PAIRS: usize = 400;

/// A range of a line: its index in the hunk, start and end in UTF-16 units, behind the sign.
pub(super) type Mark = (usize, usize, usize);

/// The ranges of removed and added lines that their counterparts have not, in order.
pub(super) fn marks(hunk: &str) -> Vec<Mark> {
    let lines: Vec<&str> = hunk.split_terminator('\n').collect();
    let mut marks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let removed = run(&lines, at, '-');
        let added = run(&lines, at + removed, '+');
        if removed * added > 0 && removed * added <= PAIRS {
            block(&lines, (at, removed), (at + removed, added), &mut marks);
        }
        at += (removed + added).max(1);
    }
    marks.sort_unstable();
    marks
}

/// How many lines from `at` on have this sign.
fn run(lines: &[&str], at: usize, sign: char) -> usize {
    let lines = lines.get(at..).unwrap_or_default();
    lines
        .iter()
        .take_while(|line| line.starts_with(sign))
        .count()
}

/// Pairs each removed line with the added line that is most like it, behind the last such.
fn block(lines: &[&str], old: (usize, usize), new: (usize, usize), marks: &mut Vec<Mark>) {
    let mut next = new.0;
    let end = new.0 + new.1;
    for removed in old.0..old.0 + old.1 {
        let mut best: Option<(usize, f32)> = None;
        for added in next..end {
            let ratio = diff(lines, removed, added).ratio();
            if ratio >= ALIKE && best.is_none_or(|(_, known)| ratio > known) {
                best = Some((added, ratio));
            }
        }
        if let Some((added, _)) = best {
            pair(lines, removed, added, marks);
            next = added + 1;
        }
    }
}

fn diff<'l>(lines: &[&'l str], removed: usize, added: usize) -> TextDiff<'l, 'l, str> {
    let text = |index: usize| lines.get(index).and_then(|line| line.get(1..));
    TextDiff::from_words(
        text(removed).unwrap_or_default(),
        text(added).unwrap_or_default(),
    )
}

fn pair(lines: &[&str], removed: usize, added: usize, marks: &mut Vec<Mark>) {
    let (mut old, mut new) = (0, 0);
    for change in diff(lines, removed, added).iter_all_changes() {
        let length = change.value().encode_utf16().count();
        let (line, start) = match change.tag() {
            ChangeTag::Equal => {
                (old, new) = (old + length, new + length);
                continue;
            }
            ChangeTag::Delete => (removed, &mut old),
            ChangeTag::Insert => (added, &mut new),
        };
        let begin = *start;
        *start += length;
        match marks.last_mut() {
            Some(last) if last.0 == line && last.2 == begin => last.2 += length,
            _ => marks.push((line, begin, begin + length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_changed_are_marked_in_both_lines() {
        let hunk = "@@ -1,2 +1,4 @@\n FROM x\n-RUN 𝄞 go build -o /a\n+\n+RUN 𝄞 go build -x -o /b\n+COPY a b\n";
        assert_eq!(marks(hunk), [(2, 19, 21), (4, 16, 19), (4, 22, 24)]);
    }

    #[test]
    fn lines_with_little_in_common_are_not_compared() {
        assert_eq!(
            marks("@@ -1 +1 @@\n-FROM golang:1.25\n+USER 65532:65532\n"),
            []
        );
    }
}

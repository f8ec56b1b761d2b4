//! A rewrite as replacements of whole lines, which a reader of SARIF can apply.

use serde_json::{Value, json};
use similar::{Algorithm, DiffTag, TextDiff};

/// The replacements that turn `before` into `after`. A region begins in the first column of a line
/// and ends before a line, or at the end of a text without a final newline.
pub(super) fn replacements(before: &str, after: &str) -> Vec<Value> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .diff_slices(&old, &new);
    let changes = diff
        .ops()
        .iter()
        .filter(|change| change.tag() != DiffTag::Equal);
    changes
        .map(|change| {
            let range = change.old_range();
            let (start_line, start_column) = position(&old, range.start);
            let (end_line, end_column) = position(&old, range.end);
            let inserted = new.get(change.new_range()).unwrap_or_default().concat();
            json!({
                "deletedRegion": {
                    "startLine": start_line,
                    "startColumn": start_column,
                    "endLine": end_line,
                    "endColumn": end_column,
                },
                "insertedContent": { "text": inserted },
            })
        })
        .collect()
}

/// Line and column (UTF-16 units), both counted from 1, in front of the line with this index.
fn position(lines: &[&str], index: usize) -> (usize, usize) {
    match lines.last() {
        Some(last) if index == lines.len() && !last.ends_with('\n') => {
            (index, last.encode_utf16().count() + 1)
        }
        _ => (index + 1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies replacements as a reader would: by lines and columns, from the last to the first.
    fn apply(text: &str, replacements: &[Value]) -> String {
        let lines: Vec<Vec<u16>> = text
            .split_inclusive('\n')
            .map(|line| line.encode_utf16().collect())
            .collect();
        let offset = |line: &Value, column: &Value| {
            let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap() - 1;
            let before = lines.iter().take(number(line));
            before.map(Vec::len).sum::<usize>() + number(column)
        };
        let mut units: Vec<u16> = text.encode_utf16().collect();
        for replacement in replacements.iter().rev() {
            let region = &replacement["deletedRegion"];
            let start = offset(&region["startLine"], &region["startColumn"]);
            let end = offset(&region["endLine"], &region["endColumn"]);
            let inserted = replacement["insertedContent"]["text"].as_str().unwrap();
            units.splice(start..end, inserted.encode_utf16());
        }
        String::from_utf16(&units).unwrap()
    }

    #[test]
    fn applying_the_replacements_gives_the_new_text() {
        let texts = [
            "",
            "a",
            "a\n",
            "a\nb",
            "a\nb\nc\n",
            "x\nb\n𝄞",
            "𝄞\r\nb\r\n",
            "c\nb\na\n\n",
            "b",
        ];
        for old in texts {
            for new in texts {
                assert_eq!(apply(old, &replacements(old, new)), new, "{old:?} {new:?}");
            }
        }
    }
}

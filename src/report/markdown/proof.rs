//! Proofs in a comment: the verdict with the sizes for the table, and below it what a reviewer has to
//! judge.

use std::fmt::Write as _;

use super::escape::{code, fence, prose};
use crate::report::measured;
use crate::report::model::File;
use crate::report::style::printable;
use crate::verify::Proof;

/// The verdict, with the sizes where both images were built, and the counts of a scanner.
pub(super) fn cell(proof: &Proof) -> String {
    let rows = measured::rows(proof);
    let told = |what: &str, title: &str| {
        let row = rows.iter().find(|row| row.what == what)?;
        Some(format!(", {title}{} → {}", row.before, row.after))
    };
    let size = told("size", "");
    let found = told(measured::VULNERABILITIES, "vulnerabilities ");
    let verdict = proof.verdict;
    format!(
        "{verdict}{}{}",
        size.unwrap_or_default(),
        found.unwrap_or_default()
    )
}

/// The differences of a file, and what could not be compared; `None` where there is neither.
pub(super) fn block(file: &File<'_>) -> Option<String> {
    let proof = file.proof?;
    if proof.differences.is_empty() && proof.open.is_empty() {
        return None;
    }
    let mut text = format!("\n{} {}:\n\n", code(file.path), proof.verdict);
    for sentence in &proof.differences {
        text.push_str(&item(sentence));
    }
    for sentence in &proof.open {
        writeln!(text, "- not compared: {}", prose(sentence)).unwrap_or_default();
    }
    Some(text)
}

/// A difference. What a builder said in several lines keeps them.
fn item(sentence: &str) -> String {
    if !sentence.contains('\n') {
        return format!("- {}\n", prose(sentence));
    }
    let said = printable(sentence);
    let fence = fence(&said);
    let said = said.trim_end().replace('\n', "\n  ");
    format!("- {fence}text\n  {said}\n  {fence}\n")
}

#[cfg(test)]
mod tests {
    use super::item;

    #[test]
    fn what_is_quoted_cannot_leave_its_place() {
        assert_eq!(
            item("GET :80/ `a` @b <img>"),
            "- GET :80/ `a` @<!-- -->b &lt;img&gt;\n"
        );
        assert_eq!(
            item("step 1\n```\n# <img>\u{1b}\n"),
            "- ````text\n  step 1\n  ```\n  # <img>\\u{1b}\n  ````\n"
        );
    }
}

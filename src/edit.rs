//! Disjoint, sorted edits over the original text.

use crate::dockerfile::span::Span;

/// Replaces the bytes of `span` by `text`; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

impl Edit {
    /// Puts `text` before the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self {
            span: Span::new(offset, offset),
            text: text.into(),
        }
    }

    /// Takes the bytes of `span` away.
    pub fn delete(span: Span) -> Self {
        Self {
            span,
            text: String::new(),
        }
    }

    /// Puts `text` in the place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

/// `original` with all of `edits` applied. Insertions at one place keep their order. `None` when
/// two edits overlap or one lies outside of the text: a bug of whoever made them.
pub fn apply(original: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut text = String::with_capacity(original.len() * 2);
    let mut position = 0;
    for edit in sorted {
        text.push_str(original.get(position..edit.span.start)?);
        text.push_str(&edit.text);
        position = edit.span.end;
    }
    text.push_str(original.get(position..)?);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_order_of_place() {
        let edits = [
            Edit::replace(Span::new(4, 5), "E"),
            Edit::insert(2, "1"),
            Edit::insert(2, "2"),
            Edit::delete(Span::new(2, 4)),
        ];
        assert_eq!(apply("abcdef", &edits).as_deref(), Some("ab12Ef"));
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let edits = [Edit::delete(Span::new(0, 3)), Edit::insert(2, "x")];
        assert_eq!(apply("abcdef", &edits), None);
        assert_eq!(apply("abc", &[Edit::insert(9, "x")]), None);
    }
}

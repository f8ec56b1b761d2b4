//! Words of a Dockerfile: an instruction's keyword, and its arguments split at white space.
//!
//! Text goes in, slices of it come out, quotes and escapes still in them. What a word stands for
//! is told by [`expand`](fn@expand) and [`unquote`].

pub use super::expand::{Lookup, expand, unquote, variables};

/// Splits an instruction's joined text into its keyword and what follows.
pub fn split_keyword(joined: &str) -> (&str, &str) {
    let text = joined.trim_start();
    let end = text.find(is_separator).unwrap_or(text.len());
    text.split_at(end)
}

/// Splits at white space outside of quotes; quotes and escapes stay in the words.
pub fn split_raw(text: &str) -> Vec<&str> {
    split_raw_with(text, '\\')
}

/// As [`split_raw`], with another escape character.
pub fn split_raw_with(text: &str, escape: char) -> Vec<&str> {
    split_places(text, escape)
        .into_iter()
        .filter_map(|(start, end)| text.get(start..end))
        .collect()
}

/// As [`split_raw_with`], but gives where the words begin and end.
pub(super) fn split_places(text: &str, escape: char) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at = text.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if rest.is_empty() {
            return places;
        }
        let (length, next) = word_end(rest, escape);
        if length > 0 {
            places.push((at, at + length));
        }
        at += next;
    }
}

/// Splits at white space, whatever the quotes, as BuildKit does for paths, ports and images.
pub(super) fn split_plain(text: &str) -> Vec<&str> {
    text.split(is_separator)
        .filter(|word| !word.is_empty())
        .collect()
}

/// White space that separates keyword and plain words: ASCII only.
pub(super) fn is_separator(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

/// Where the word at the beginning of `text` ends, and where to go on. The two differ by an
/// escape character at the end of the text, which escapes nothing and is dropped.
fn word_end(text: &str, escape: char) -> (usize, usize) {
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            // Within single quotes nothing is escaped.
            Some('\'') => {}
            // Takes the escaped character too, if there is one.
            _ if c == escape && chars.next().is_none() => return (i, text.len()),
            _ if c == escape => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => return (i, i),
            _ => {}
        }
    }
    (text.len(), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_white_space_outside_of_quotes() {
        assert_eq!(
            split_raw("a \"b c\" d\\ e 'f g'h"),
            ["a", "\"b c\"", "d\\ e", "'f g'h"]
        );
        assert_eq!(
            split_raw(" \"a\\\" b\" 'c\\' d"),
            ["\"a\\\" b\"", "'c\\'", "d"]
        );
        assert_eq!(split_raw_with("a` b\\ c", '`'), ["a` b\\", "c"]);
        assert_eq!(split_raw("a\u{a0}b"), ["a", "b"]);
    }

    #[test]
    fn an_escape_character_at_the_end_is_dropped() {
        assert_eq!(split_raw("a b\\"), ["a", "b"]);
        assert_eq!(split_raw("a \\"), ["a"]);
    }

    #[test]
    fn plain_words_end_at_white_space() {
        assert_eq!(split_plain("\"a b\"\t c\\ d"), ["\"a", "b\"", "c\\", "d"]);
        assert_eq!(split_plain("a\u{a0}b"), ["a\u{a0}b"]);
    }

    #[test]
    fn a_keyword_ends_at_white_space() {
        assert_eq!(split_keyword(" RUN\tx y"), ("RUN", "\tx y"));
        assert_eq!(split_keyword("RUN\u{a0}x"), ("RUN\u{a0}x", ""));
        assert_eq!(split_keyword("  "), ("", ""));
    }
}

//! A command in one text, as compose splits it: words between blanks, with the quotes of a shell
//! and nothing else of it.

/// The words; `None` where a quote stays open.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            c if c.is_whitespace() => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(letters.next()?),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together_and_operators_are_words() {
        for (text, expected) in [
            ("a  b\tc", &["a", "b", "c"][..]),
            ("sh -c 'a && b'", &["sh", "-c", "a && b"]),
            (
                r#"a "b \"c\" \n" '' d\ e"#,
                &["a", r#"b "c" \n"#, "", "d e"],
            ),
            ("a && b", &["a", "&&", "b"]),
            ("", &[]),
        ] {
            assert_eq!(split(text).unwrap(), expected, "{text}");
        }
        assert_eq!(split("a 'b"), None);
        assert_eq!(split("a \\"), None);
    }
}

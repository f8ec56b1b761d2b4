//! Text of unknown origin as Markdown that shows it and does nothing else: no markup, no link, no
//! mention of anybody.

use crate::report::style::printable;

/// `text` as code within a line.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The line before and behind a block of code that holds `text`.
pub(super) fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

/// `text` within an HTML element.
pub(super) fn markup(text: &str) -> String {
    one_line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('`', "&#96;")
}

/// One of our sentences: what stands between backticks is code, all else is text.
pub(super) fn prose(sentence: &str) -> String {
    let sentence = one_line(sentence);
    let parts: Vec<&str> = sentence.split('`').collect();
    let mut result = String::new();
    for (index, part) in parts.iter().enumerate() {
        let is_closed = index + 1 < parts.len();
        if index % 2 == 1 && is_closed && !part.is_empty() {
            result.push_str(&code(part));
        } else {
            result.push_str(&literal(part));
        }
    }
    result
}

fn literal(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // An entity would be a mention again by the time that GitHub looks for them.
            '@' | '#' => {
                result.push(character);
                result.push_str("<!-- -->");
            }
            '\\' | '*' | '_' | '[' | ']' | '~' | '!' => result.extend(['\\', character]),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '&' => result.push_str("&amp;"),
            _ => result.push(character),
        }
    }
    result.replace("://", ":<!-- -->//")
}

fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\r'], " ")
}

/// The longest run of backticks in `text`.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_mentioned_and_nothing_is_markup() {
        let sentence = "see `@a` and @b: <img> [x](https://example.org)\n- `open";
        assert_eq!(
            prose(sentence),
            "see `@a` and @<!-- -->b: &lt;img&gt; \\[x\\](https:<!-- -->//example.org) - open"
        );
    }

    #[test]
    fn code_holds_backticks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a\u{1b}\nb"), "`a\\u{1b} b`");
    }
}

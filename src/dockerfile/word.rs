//! Words of a Dockerfile: the keyword, flags, quotes, escapes and `$variables`.
//!
//! Follows BuildKit's word lexer (`frontend/dockerfile/shell`), which is not a shell: single and
//! double quotes, the escape character, `$name`, `${name}`, `${name:-word}`, `${name:+word}` and
//! their forms without colon.

use std::cell::RefCell;

/// Splits an instruction's joined text into its keyword and what follows.
pub fn split_keyword(joined: &str) -> (&str, &str) {
    let text = joined.trim_start();
    let end = text
        .find(|c: char| c.is_ascii_whitespace() || c == '\u{b}')
        .unwrap_or(text.len());
    let (keyword, rest) = text.split_at(end);
    (keyword, rest)
}

/// Skips the `--flag` words at the beginning of an instruction's arguments.
pub fn skip_flags(arguments: &str) -> &str {
    let mut rest = arguments.trim_start();
    while rest.starts_with("--") {
        let end = word_end(rest, '\\');
        let (flag, after) = rest.split_at(end);
        rest = after.trim_start();
        if flag == "--" {
            break;
        }
    }
    rest
}

/// Splits at white space outside of quotes; quotes and escapes stay in the words.
pub fn split_raw(text: &str) -> Vec<&str> {
    split_raw_with(text, '\\')
}

/// As [`split_raw`], with another escape character.
pub fn split_raw_with(text: &str, escape: char) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = rest.split_at(word_end(rest, escape));
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// Where the word at the beginning of `text` ends.
fn word_end(text: &str, escape: char) -> usize {
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match quote {
            Some('\'') if c == '\'' => quote = None,
            Some('\'') => {}
            _ if c == escape => escaped = true,
            Some('"') if c == '"' => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => return i,
            _ => {}
        }
    }
    text.len()
}

/// Removes quotes and escapes; variables stay as they are written.
pub fn unquote(word: &str, escape: char) -> String {
    Expander {
        escape,
        lookup: None,
        unresolved: false,
    }
    .text(word, 0)
}

/// Removes quotes and escapes and replaces variables by what `lookup` gives. `None` when a
/// variable that has no value and no default stands in the word.
pub fn expand(word: &str, escape: char, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut expander = Expander {
        escape,
        lookup: Some(lookup),
        unresolved: false,
    };
    let text = expander.text(word, 0);
    (!expander.unresolved).then_some(text)
}

/// The names of the variables that `text` refers to, each once.
pub fn variables(text: &str, escape: char) -> Vec<String> {
    let names = RefCell::new(Vec::new());
    // Once with every variable empty and once with every variable set: between them both the
    // `:-` and the `:+` words are visited.
    for value in ["", "set"] {
        let note = |name: &str| {
            let mut names = names.borrow_mut();
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
            Some(value.to_owned())
        };
        let _ = expand(text, escape, &note);
    }
    names.into_inner()
}

/// What a variable stands for; `None` where nobody knows.
pub type Lookup<'f> = dyn Fn(&str) -> Option<String> + 'f;

struct Expander<'f> {
    escape: char,
    lookup: Option<&'f Lookup<'f>>,
    unresolved: bool,
}

/// How deep `${a:-${b:-…}}` may nest before the rest is taken as text.
const MAX_DEPTH: usize = 16;

impl Expander<'_> {
    fn text(&mut self, word: &str, depth: usize) -> String {
        let mut out = String::with_capacity(word.len());
        let mut at = 0;
        let mut double = false;
        while let Some(c) = char_at(word, at) {
            at += c.len_utf8();
            if c == '\'' && !double {
                let rest = word.get(at..).unwrap_or_default();
                let end = rest.find('\'').unwrap_or(rest.len());
                out.push_str(rest.get(..end).unwrap_or_default());
                at += end + 1;
            } else if c == '"' {
                double = !double;
            } else if c == self.escape {
                let next = char_at(word, at);
                at += next.map_or(0, char::len_utf8);
                // Within double quotes the escape character escapes only these.
                if next.is_none_or(|next| double && !matches!(next, '"' | '$') && next != c) {
                    out.push(c);
                }
                out.extend(next);
            } else if c == '$' && self.lookup.is_some() && depth < MAX_DEPTH {
                at += self.variable(word.get(at..).unwrap_or_default(), &mut out, depth);
            } else {
                out.push(c);
            }
        }
        out
    }

    /// Expands the variable at the beginning of `rest` (behind its `$`), returns its length.
    fn variable(&mut self, rest: &str, out: &mut String, depth: usize) -> usize {
        let Some(inner) = rest.strip_prefix('{') else {
            let name = name_of(rest);
            match (name.is_empty(), self.value(name)) {
                (true, _) => out.push('$'),
                (false, Some(value)) => out.push_str(&value),
                (false, None) => self.unresolved = true,
            }
            return name.len();
        };
        let Some(close) = closing_brace(inner) else {
            out.push('$');
            return 0;
        };
        let body = inner.get(..close).unwrap_or_default();
        let name = name_of(body);
        let modifier = body.get(name.len()..).unwrap_or_default();
        self.modified(name, modifier, out, depth);
        close + 2
    }

    fn modified(&mut self, name: &str, modifier: &str, out: &mut String, depth: usize) {
        let (colon, operator) = match modifier.strip_prefix(':') {
            Some(rest) => (true, rest),
            None => (false, modifier),
        };
        let value = self.value(name);
        let set = value
            .as_ref()
            .is_some_and(|value| !colon || !value.is_empty());
        let mut operator = operator.chars();
        match (operator.next(), value) {
            (None, Some(value)) => out.push_str(&value),
            (Some('-'), Some(value)) if set => out.push_str(&value),
            (Some('-'), _) => out.push_str(&self.text(operator.as_str(), depth + 1)),
            (Some('+'), _) if set => out.push_str(&self.text(operator.as_str(), depth + 1)),
            (Some('+'), _) => {}
            (Some('?'), Some(value)) if set => out.push_str(&value),
            // Pattern operators and missing values: not resolved.
            _ => self.unresolved = true,
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        if name.is_empty() {
            None
        } else {
            self.lookup.and_then(|lookup| lookup(name))
        }
    }
}

fn char_at(word: &str, at: usize) -> Option<char> {
    word.get(at..).and_then(|rest| rest.chars().next())
}

fn name_of(text: &str) -> &str {
    let first = text.chars().next();
    let end = match first {
        Some(c) if c.is_ascii_digit() => 1,
        Some(c) if c.is_ascii_alphabetic() || c == '_' => text
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(text.len()),
        _ => 0,
    };
    text.get(..end).unwrap_or_default()
}

/// How long `${…}` may be; a longer one is text, so that hostile input stays linear.
const MAX_EXPANSION: usize = 4096;

fn closing_brace(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (i, c) in inner.char_indices().take(MAX_EXPANSION) {
        match c {
            '{' if previous == '$' => depth += 1,
            '}' if depth == 0 => return Some(i),
            '}' => depth -= 1,
            _ => {}
        }
        previous = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "A" => Some("1".into()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn variables_take_values_and_defaults() {
        for (word, value) in [
            ("x${A}y$A", "x1y1"),
            ("${B:-${A}z}", "1z"),
            ("${EMPTY:-d}${EMPTY-d}", "d"),
            ("${A:+yes}${B:+no}", "yes"),
            ("'$A'\"$A\"\\$A", "$A1$A"),
            ("\"a\\\\b\\n\"", "a\\b\\n"),
            ("cost$", "cost$"),
            ("é'ü'$A", "éü1"),
        ] {
            assert_eq!(
                expand(word, '\\', &lookup).as_deref(),
                Some(value),
                "{word}"
            );
        }
        for open in ["$B", "${B}", "${A#x}", "${B:?no}"] {
            assert_eq!(expand(open, '\\', &lookup), None, "{open}");
        }
    }

    #[test]
    fn words_end_at_white_space_outside_of_quotes() {
        assert_eq!(
            split_raw("a \"b c\" d\\ e 'f g'h"),
            ["a", "\"b c\"", "d\\ e", "'f g'h"]
        );
        assert_eq!(
            skip_flags(" --mount=type=x,y=\"a b\" --z cmd --w"),
            "cmd --w"
        );
    }

    #[test]
    fn variables_are_named_with_those_in_defaults() {
        assert_eq!(variables("$A-${B:-$C}'$D'", '\\'), ["A", "B", "C"]);
        assert_eq!(variables("${B:+$C}", '\\'), ["B", "C"]);
    }
}

//! Quotes, escapes and `$variables` of a Dockerfile's words, as BuildKit's word lexer
//! (`frontend/dockerfile/shell`) takes them: a word goes in, its value comes out.
//!
//! It is not a shell: single and double quotes, the escape character, `$name`, `${name}` and
//! `${name:-word}` with its kin, and nothing else. One pass, each character read once.

use std::cell::RefCell;
use std::collections::HashSet;

/// Removes quotes and escapes; variables stay as they are written.
pub fn unquote(word: &str, escape: char) -> String {
    Expander::new(word, escape, None).text(None, 0)
}

/// As [`unquote`], but `None` where nothing closes a quote.
pub(super) fn unquote_closed(word: &str, escape: char) -> Option<String> {
    let mut expander = Expander::new(word, escape, None);
    let text = expander.text(None, 0);
    (!expander.malformed).then_some(text)
}

/// Removes quotes and escapes and replaces variables by what `lookup` gives. `None` when a
/// variable that has no value and no default stands in the word, and when BuildKit refuses the
/// word: a quote or `${` that nothing closes, an operator that it does not know.
pub fn expand(word: &str, escape: char, lookup: &Lookup<'_>) -> Option<String> {
    let mut expander = Expander::new(word, escape, Some(lookup));
    let text = expander.text(None, 0);
    (!expander.unresolved && !expander.malformed).then_some(text)
}

/// The names of the variables that `text` refers to, each once, those in defaults too. Special
/// parameters (`$1`, `$@`) are not among them.
pub fn variables(text: &str, escape: char) -> Vec<String> {
    let found = RefCell::new((Vec::new(), HashSet::new()));
    let note = |name: &str| {
        let (list, known) = &mut *found.borrow_mut();
        let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if named && known.insert(name.to_owned()) {
            list.push(name.to_owned());
        }
        Some(String::new())
    };
    let _ = expand(text, escape, &note);
    found.into_inner().0
}

/// How deep `${a:-${b:-…}}` may nest before the word counts as malformed.
const MAX_DEPTH: usize = 32;

/// What a variable stands for; `None` where nobody knows.
pub type Lookup<'f> = dyn Fn(&str) -> Option<String> + 'f;

struct Expander<'w, 'f> {
    rest: &'w str,
    escape: char,
    lookup: Option<&'f Lookup<'f>>,
    unresolved: bool,
    malformed: bool,
}

impl<'w, 'f> Expander<'w, 'f> {
    fn new(word: &'w str, escape: char, lookup: Option<&'f Lookup<'f>>) -> Self {
        Self {
            rest: word,
            escape,
            lookup,
            unresolved: false,
            malformed: false,
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    /// Text up to `stop`, or to the end.
    fn text(&mut self, stop: Option<char>, depth: usize) -> String {
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                c if Some(c) == stop => return out,
                '\'' => self.single_quoted(&mut out),
                '"' => self.double_quoted(&mut out, depth),
                '$' if self.lookup.is_some() => self.variable(&mut out, depth),
                c if c == self.escape => out.extend(self.next()),
                c => out.push(c),
            }
        }
        self.malformed |= stop.is_some();
        out
    }

    fn single_quoted(&mut self, out: &mut String) {
        if let Some((quoted, rest)) = self.rest.split_once('\'') {
            out.push_str(quoted);
            self.rest = rest;
        } else {
            out.push_str(self.rest);
            self.rest = "";
            self.malformed = true;
        }
    }

    fn double_quoted(&mut self, out: &mut String, depth: usize) {
        while let Some(c) = self.next() {
            match c {
                '"' => return,
                '$' if self.lookup.is_some() => self.variable(out, depth),
                // Here the escape character escapes only these.
                c if c == self.escape => match self.peek() {
                    Some(next) if matches!(next, '"' | '$') || next == c => out.extend(self.next()),
                    _ => out.push(c),
                },
                c => out.push(c),
            }
        }
        self.malformed = true;
    }

    /// Expands the variable behind the `$` just read.
    fn variable(&mut self, out: &mut String, depth: usize) {
        if self.peek() == Some('{') && depth < MAX_DEPTH {
            self.next();
            return self.braced(out, depth);
        }
        let name = self.name();
        if name.is_empty() {
            out.push('$');
            self.malformed |= self.peek() == Some('{');
        } else {
            let value = self.value(name);
            self.put(value, out);
        }
    }

    fn braced(&mut self, out: &mut String, depth: usize) {
        let name = match self.peek() {
            None | Some('{' | '}' | ':') => "",
            Some(_) => self.name(),
        };
        // Looked up before the operator's word is, so that names come in the order of the text.
        let value = self.value(name);
        match self.next() {
            Some('}') if !name.is_empty() => self.put(value, out),
            Some(':') if !name.is_empty() => {
                let operator = self.next();
                let value = value.filter(|value| !value.is_empty());
                self.malformed |= !matches!(operator, Some('-' | '+' | '?'));
                self.operator(operator, value, out, depth);
            }
            operator @ Some('-' | '+' | '?' | '#' | '%') => {
                self.operator(operator, value, out, depth);
            }
            Some('/') => {
                self.text(Some('/'), depth + 1);
                self.text(Some('}'), depth + 1);
                self.unresolved = true;
            }
            _ => self.malformed = true,
        }
    }

    /// `value` is that of the variable where the operator counts it as set.
    fn operator(
        &mut self,
        operator: Option<char>,
        value: Option<String>,
        out: &mut String,
        depth: usize,
    ) {
        let before = self.unresolved;
        let word = self.text(Some('}'), depth + 1);
        let word_unresolved = std::mem::replace(&mut self.unresolved, before);
        match (operator, value) {
            (Some('-' | '?'), Some(value)) => out.push_str(&value),
            (Some('+'), None) => {}
            (Some('-'), None) | (Some('+'), Some(_)) => {
                out.push_str(&word);
                self.unresolved |= word_unresolved;
            }
            // Patterns are not worked out, and `?` without value is the builder's error.
            _ => self.unresolved = true,
        }
    }

    fn put(&mut self, value: Option<String>, out: &mut String) {
        match value {
            Some(value) => out.push_str(&value),
            None => self.unresolved = true,
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        if name.is_empty() {
            None
        } else {
            self.lookup.and_then(|lookup| lookup(name))
        }
    }

    /// Reads a name: digits, one special parameter, or letters, digits and underscores.
    fn name(&mut self) -> &'w str {
        let (name, rest) = self.rest.split_at(name_length(self.rest));
        self.rest = rest;
        name
    }
}

/// The length of the variable name at the beginning of `text`.
pub(super) fn name_length(text: &str) -> usize {
    let end = |stop: fn(char) -> bool| text.find(stop).unwrap_or(text.len());
    match text.chars().next() {
        Some(c) if c.is_ascii_digit() => end(|c| !c.is_ascii_digit()),
        Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
        _ => end(|c| !(c.is_alphanumeric() || c == '_')),
    }
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
            ("${A:-$B}${A:?m}", "11"),
            ("${B:-'}'\"}\"\\}}", "}}}"),
            ("'$A'\"$A\"\\$A", "$A1$A"),
            ("\"a\\\\b\\n\"", "a\\b\\n"),
            ("cost$ $(A)\\", "cost$ $(A)"),
            ("é'ü'$A-", "éü1-"),
        ] {
            assert_eq!(
                expand(word, '\\', &lookup).as_deref(),
                Some(value),
                "{word}"
            );
        }
    }

    #[test]
    fn what_has_no_value_or_is_refused_has_no_expansion() {
        for word in [
            "$B", "${B}", "${A#x}", "${A/1/2}", "${B:?no}", "$Aé", "$1", "$@", "${A", "${", "${}",
            "${:-x}", "${A,,}", "${A:=x}", "${A:-x", "'a", "\"a",
        ] {
            assert_eq!(expand(word, '\\', &lookup), None, "{word}");
        }
        let deep = "${B:-".repeat(1000) + &"}".repeat(1000);
        assert_eq!(expand(&deep, '\\', &lookup), None);
    }

    #[test]
    fn another_escape_character_leaves_the_backslash_alone() {
        assert_eq!(unquote(r"C:\x`$A", '`'), r"C:\x$A");
        assert_eq!(unquote("'a'\"b c\"\\ d$A", '\\'), "ab c d$A");
    }

    #[test]
    fn variables_are_named_with_those_in_defaults() {
        assert_eq!(variables("$A-${B:-$C}'$D'$1$@$A", '\\'), ["A", "B", "C"]);
        assert_eq!(variables("${B:+$C}", '\\'), ["B", "C"]);
        assert_eq!(variables("${arr[@]} $X", '\\'), ["arr", "X"]);
    }
}

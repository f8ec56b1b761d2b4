//! The parts of an instruction's joined text: keyword, `--flag` words, and the rest.
//!
//! In goes the joined text, out come the parts with their places in it. The rules are those of
//! BuildKit's `split_command.go` and of the flags that `instructions/parse.go` declares.

use super::instruction::Flag;
use super::joined::Joined;
use super::word::is_separator;

/// An instruction's joined text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts<'t> {
    /// The keyword as written.
    pub keyword: &'t str,
    /// The words that begin with `--`, up to the first other word.
    pub flags: Vec<FlagWord>,
    /// What follows the flags, without white space around it.
    pub rest: &'t str,
    /// Where the rest begins in the joined text.
    pub rest_at: usize,
}

/// One `--flag` word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FlagWord {
    /// The word without quotes and escapes.
    text: String,
    /// Where it begins in the joined text.
    start: usize,
    /// Where it ends.
    end: usize,
}

/// Takes the joined text of an instruction apart.
pub(super) fn split(joined: &str, escape: char) -> Parts<'_> {
    let text = joined.trim_end();
    let begin = text.len() - text.trim_start().len();
    let keyword = text.get(begin..).unwrap_or_default();
    let keyword = keyword.split(is_separator).next().unwrap_or_default();
    let mut flags = Vec::new();
    let mut at = begin + keyword.len();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at = text.len() - rest.trim_start_matches(is_separator).len();
        let rest = text.get(at..).unwrap_or_default();
        if !rest.starts_with("--") {
            break;
        }
        let (length, word) = flag_word(rest, escape);
        let (start, end) = (at, at + length);
        at = end;
        if word == "--" {
            break;
        }
        flags.push(FlagWord {
            text: word,
            start,
            end,
        });
    }
    let rest = text.get(at..).unwrap_or_default().trim_start();
    Parts {
        keyword,
        flags,
        rest,
        rest_at: text.len() - rest.len(),
    }
}

/// The length of the word at the beginning of `text`, and its value. Unlike elsewhere, the escape
/// character also acts within single quotes.
fn flag_word(text: &str, escape: char) -> (usize, String) {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        match quote {
            None if is_separator(c) => return (i, word),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ if c == escape => word.extend(chars.next().map(|(_, next)| next)),
            _ => word.push(c),
        }
    }
    (text.len(), word)
}

/// What a flag takes.
enum Takes {
    /// Nothing, `true` or `false`.
    Switch,
    /// One value.
    One,
    /// A value each time it is given.
    Many,
}

/// The flags of each instruction. Source: BuildKit, `instructions/parse.go` and its RUN hooks.
fn takes(keyword: &str, name: &str) -> Option<Takes> {
    Some(match (keyword, name) {
        ("COPY" | "ADD", "link") | ("COPY", "parents") | ("ADD", "keep-git-dir" | "unpack") => {
            Takes::Switch
        }
        ("RUN", "mount" | "device") | ("COPY" | "ADD", "exclude") => Takes::Many,
        ("FROM", "platform")
        | ("RUN", "network" | "security")
        | ("COPY" | "ADD", "chown" | "chmod")
        | ("COPY", "from")
        | ("ADD", "checksum")
        | ("HEALTHCHECK", "interval" | "timeout" | "start-period" | "start-interval" | "retries") => {
            Takes::One
        }
        _ => return None,
    })
}

impl Parts<'_> {
    /// The flags with their places in the file. `None` where BuildKit refuses one: unknown,
    /// repeated, without value; and where one holds a character outside of ASCII, which BuildKit
    /// reads as Latin-1.
    pub(super) fn checked_flags(&self, joined: &Joined) -> Option<Vec<Flag>> {
        let keyword = self.keyword.to_ascii_uppercase();
        let mut flags: Vec<Flag> = Vec::new();
        for word in &self.flags {
            let text = word.text.strip_prefix("--")?;
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            let repeated = || flags.iter().any(|flag| flag.name == name);
            let fits = match takes(&keyword, name)? {
                Takes::Switch => {
                    let lower = value.unwrap_or("true").to_ascii_lowercase();
                    matches!(lower.as_str(), "true" | "false") && !repeated()
                }
                Takes::One => value.is_some() && !repeated(),
                Takes::Many => value.is_some(),
            };
            if !fits || !text.is_ascii() {
                return None;
            }
            flags.push(Flag {
                name: name.to_owned(),
                value: value.map(str::to_owned),
                span: joined.span_of(word.start, word.end),
            });
        }
        Some(flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::span::Span;

    fn read(text: &str) -> Option<Vec<(String, Option<String>)>> {
        let joined = Joined::new(text, &[Span::new(0, text.len())]);
        let flags = split(text, '\\').checked_flags(&joined)?;
        Some(flags.into_iter().map(|f| (f.name, f.value)).collect())
    }

    #[test]
    fn an_instruction_is_keyword_flags_and_rest() {
        let parts = split(
            "  run\t--mount=type=x,y=\"a b\" --network=n\\ m  cmd --w ",
            '\\',
        );
        assert_eq!((parts.keyword, parts.rest), ("run", "cmd --w"));
        let words: Vec<_> = parts.flags.iter().map(|flag| flag.text.as_str()).collect();
        assert_eq!(words, ["--mount=type=x,y=a b", "--network=n m"]);
        assert_eq!(split("CMD -- --x", '\\').rest, "--x");
        assert_eq!(split("CMD", '\\').rest, "");
        assert_eq!(split("", '\\').keyword, "");
    }

    #[test]
    fn flags_are_those_that_the_builder_takes() {
        let flags = read("COPY --from=a --link --exclude=x --exclude=y . /").unwrap();
        assert_eq!(flags.len(), 4);
        assert_eq!(flags[1], ("link".to_owned(), None));
        for refused in [
            "CMD --x",
            "COPY --frm=a . /",
            "COPY --from . /",
            "COPY --link=yes . /",
            "COPY --chown=a --chown=b . /",
            "COPY --chown=\u{e0} . /",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }

    #[test]
    fn places_are_those_of_the_whole_flag() {
        let text = "COPY --chown='a':b . /";
        let joined = Joined::new(text, &[Span::new(0, text.len())]);
        let flags = split(text, '\\').checked_flags(&joined).unwrap();
        assert_eq!(flags[0].span.of(text), "--chown='a':b");
        assert_eq!(flags[0].value.as_deref(), Some("a:b"));
    }
}

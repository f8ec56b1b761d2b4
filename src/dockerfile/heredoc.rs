//! Finds heredoc marks (`<<EOF`, `<<-"EOF"`) in an instruction's joined text.
//!
//! The rules are BuildKit's: only RUN, COPY and ADD (also behind ONBUILD) take heredocs, not in
//! exec form. The whole instruction goes through its word lexer, and where that fails (a lone
//! quote, `${x,,}`) there are no heredocs at all.

use super::exec_form;
use super::expand;
use super::flags;

/// The mark of a heredoc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeredocMark {
    /// The name that ends it, without quotes.
    pub name: String,
    /// `<<-`: leading tabs are stripped.
    pub strip_tabs: bool,
    /// Whether variables are expanded in it: the name stood without quotes.
    pub expands: bool,
}

/// A mark as it stands in the text.
pub(super) struct FoundMark {
    /// The mark.
    pub mark: HeredocMark,
    /// Whether white space stands between `<<` and the name. Older BuildKit takes that for no
    /// mark: there `$((1 << 2))` is arithmetic.
    pub spaced: bool,
}

/// The marks in the joined text of one instruction, in order.
pub(super) fn marks(joined: &str, escape: char) -> Vec<FoundMark> {
    if !takes_heredocs(joined, escape, true) {
        return Vec::new();
    }
    let words = Lexer::new(joined).words().unwrap_or_default();
    words.into_iter().filter_map(mark).collect()
}

fn takes_heredocs(joined: &str, escape: char, may_nest: bool) -> bool {
    let parts = flags::split(joined, escape);
    match parts.keyword.to_ascii_uppercase().as_str() {
        "ONBUILD" => may_nest && takes_heredocs(parts.rest, escape, false),
        "RUN" | "COPY" | "ADD" => exec_form::parse(parts.rest).is_none(),
        _ => false,
    }
}

/// The mark that `word` is, if it is one.
pub(super) fn mark(word: &str) -> Option<FoundMark> {
    let rest = word
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix("<<")?;
    let (strip_tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let raw = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
    if raw.contains('<') {
        return None;
    }
    let name = expand::unquote_closed(raw, '\\')?;
    let quotes = |text: &str| text.matches(['"', '\'']).count();
    let expands = quotes(raw) == quotes(&name);
    (!name.is_empty()).then_some(FoundMark {
        spaced: raw.len() < rest.len(),
        mark: HeredocMark {
            name,
            strip_tabs,
            expands,
        },
    })
}

/// How deep `${a:-${b:-…}}` may nest.
const MAX_DEPTH: usize = 64;

/// Splits an instruction into words as BuildKit does when it looks for heredocs.
struct Lexer<'l> {
    line: &'l str,
    at: usize,
}

impl<'l> Lexer<'l> {
    fn new(line: &'l str) -> Self {
        Self { line, at: 0 }
    }

    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += next.map_or(0, char::len_utf8);
        next
    }

    /// The words, or `None` where the lexer fails.
    fn words(mut self) -> Option<Vec<&'l str>> {
        let mut words = Vec::new();
        let mut word = None;
        while let Some(c) = self.peek() {
            let at = self.at;
            if c == '$' {
                self.dollar(0)?;
                self.split_expansion(at, &mut word, &mut words);
                continue;
            }
            if c.is_whitespace() {
                words.extend(word.take().and_then(|start| self.line.get(start..at)));
                self.next();
                continue;
            }
            word.get_or_insert(at);
            match c {
                '<' => self.angle(),
                c => self.plain(c, 0)?,
            }
        }
        words.extend(word.and_then(|start| self.line.get(start..)));
        Some(words)
    }

    /// An expansion is split at white space even within its quotes.
    fn split_expansion(&self, from: usize, word: &mut Option<usize>, words: &mut Vec<&'l str>) {
        let text = self.line.get(from..self.at).unwrap_or_default();
        for (i, c) in text.char_indices() {
            if c.is_whitespace() {
                words.extend(word.take().and_then(|start| self.line.get(start..from + i)));
            } else {
                word.get_or_insert(from + i);
            }
        }
    }

    /// `<<` takes the white space behind it into its word.
    fn angle(&mut self) {
        self.next();
        if self.peek() == Some('<') {
            self.next();
            while matches!(self.peek(), Some('\t' | '\r' | ' ')) {
                self.next();
            }
        }
    }

    /// A quoted text, an escape with what it escapes, or one character.
    fn plain(&mut self, c: char, depth: usize) -> Option<()> {
        self.next();
        match c {
            '\'' => self.at += self.rest().find('\'')? + 1,
            '"' => self.double_quoted(depth)?,
            '\\' => {
                self.next();
            }
            _ => {}
        }
        Some(())
    }

    fn double_quoted(&mut self, depth: usize) -> Option<()> {
        loop {
            match self.peek()? {
                '"' => {
                    self.next();
                    return Some(());
                }
                '$' => self.dollar(depth)?,
                '\\' => {
                    self.next();
                    if matches!(self.peek(), Some('"' | '$' | '\\')) {
                        self.next();
                    }
                }
                _ => {
                    self.next();
                }
            }
        }
    }

    fn dollar(&mut self, depth: usize) -> Option<()> {
        self.next();
        if self.peek() != Some('{') {
            self.at += expand::name_length(self.rest());
            return Some(());
        }
        self.next();
        if depth >= MAX_DEPTH || matches!(self.peek()?, '{' | '}' | ':') {
            return None;
        }
        self.at += expand::name_length(self.rest());
        match self.next()? {
            '}' => Some(()),
            ':' => match self.next()? {
                '#' | '%' => None,
                _ => self.until('}', depth + 1),
            },
            '+' | '-' | '?' | '#' | '%' => self.until('}', depth + 1),
            '/' => {
                if self.peek() == Some('/') {
                    self.next();
                }
                self.until('/', depth + 1)?;
                self.until('}', depth + 1)
            }
            _ => None,
        }
    }

    fn until(&mut self, stop: char, depth: usize) -> Option<()> {
        loop {
            match self.peek()? {
                c if c == stop => {
                    self.next();
                    return Some(());
                }
                '$' => self.dollar(depth)?,
                c => self.plain(c, depth)?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(joined: &str) -> Vec<String> {
        let found = marks(joined, '\\').into_iter();
        found.map(|found| found.mark.name).collect()
    }

    #[test]
    fn a_mark_is_a_word_of_its_own() {
        assert_eq!(names("RUN cat <<EOF > /x"), ["EOF"]);
        assert_eq!(names("RUN cat 3<<-'E F' <<B"), ["E F", "B"]);
        assert_eq!(names("ONBUILD COPY <<a /b"), ["a"]);
        assert_eq!(names("RUN --mount=type=x cat <<\\E\"O\"F"), ["EOF"]);
        for none in [
            "RUN cat <<<EOF",
            "RUN cat <<\"\"",
            "RUN cat x<<E",
            "RUN echo \"x <<EOF\"",
            "CMD cat <<E",
            "ONBUILD ONBUILD RUN cat <<E",
        ] {
            assert!(names(none).is_empty(), "{none}");
        }
        assert!(names("RUN [\"cat\", \"<<EOF\"]").is_empty());
    }

    #[test]
    fn a_text_that_the_lexer_refuses_has_no_marks() {
        for none in [
            "RUN cat <<E > it's",
            "RUN cat <<E \"",
            "RUN cat <<E ${x,,}",
            "RUN cat <<E ${x:-",
            "RUN cat <<E ${}",
            "RUN cat <<E ${x:#y}",
        ] {
            assert!(names(none).is_empty(), "{none}");
        }
        assert_eq!(names("RUN a ${x:-'}'} ${x#\\}} \"${y/a/b}\" <<E"), ["E"]);
    }

    #[test]
    fn white_space_before_the_name_is_told() {
        let found = marks("RUN cat << EOF <<B", '\\');
        let told: Vec<_> = found.iter().map(|f| (&*f.mark.name, f.spaced)).collect();
        assert_eq!(told, [("EOF", true), ("B", false)]);
    }

    #[test]
    fn quotes_keep_variables_from_expanding() {
        let expands = |joined| marks(joined, '\\')[0].mark.expands;
        assert!(expands("RUN <<E"));
        assert!(expands("RUN <<\\E"));
        assert!(!expands("RUN <<'E'"));
        assert!(!expands("RUN <<E\"\""));
    }
}

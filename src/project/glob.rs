//! Path patterns. In: a pattern of Go's `filepath.Match`, or of an ignore file, which adds `**`.
//! Out: whether a path matches the whole of it.
//!
//! Matching tracks the set of positions that the pattern may be in, so that no pattern takes more
//! than its length times the path's, whatever wildcards it has.
//!
//! Sources: <https://pkg.go.dev/path/filepath#Match>,
//! <https://docs.docker.com/build/concepts/context/#dockerignore-files>.

/// Which `*` a pattern may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// COPY and ADD sources: `**` is two `*`.
    FilepathMatch,
    /// Ignore files: `**` spans directories.
    IgnoreFile,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    tokens: Vec<Token>,
    literal: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    AnyInSegment,
    /// `*`
    Segment,
    /// `**` at the end.
    Anything,
    /// `**/`: the way past it, and into the next token, which eats whole directories.
    MaybeDirs,
    /// Always behind [`Token::MaybeDirs`].
    Dirs,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Whether a pattern of the shell without slashes matches the name; not if it is malformed.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    Glob::new(pattern, Dialect::FilepathMatch).is_some_and(|glob| glob.matches(name))
}

impl Glob {
    /// Compiles a cleaned pattern; none where Go calls it malformed (an open `[`, a lone `\`).
    pub(super) fn new(pattern: &str, dialect: Dialect) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '*' if dialect == Dialect::IgnoreFile && chars.next_if_eq(&'*').is_some() => {
                    let slash = chars.next_if_eq(&'/').is_some();
                    let rest: String = chars.clone().collect();
                    if rest.is_empty() || (!slash && tokens.is_empty() && is_literal(&rest)) {
                        tokens.push(Token::Anything);
                    } else {
                        tokens.extend([Token::MaybeDirs, Token::Dirs]);
                    }
                }
                '*' => tokens.push(Token::Segment),
                '?' => tokens.push(Token::AnyInSegment),
                '[' => tokens.push(class(&mut chars)?),
                '\\' => tokens.push(Token::Char(chars.next()?)),
                other => tokens.push(Token::Char(other)),
            }
        }
        let literal = tokens
            .iter()
            .map(|token| match token {
                Token::Char(char) => Some(*char),
                _ => None,
            })
            .collect();
        Some(Self { tokens, literal })
    }

    /// Whether the pattern matches exactly one path: no wildcard, no class.
    pub(super) fn literal(&self) -> Option<&str> {
        self.literal.as_deref()
    }

    /// The directories that every match lies in: the literal segments before the first wildcard.
    pub(super) fn literal_dir(&self) -> String {
        let literal: String = self
            .tokens
            .iter()
            .map_while(|token| match token {
                Token::Char(char) => Some(*char),
                _ => None,
            })
            .collect();
        match literal.rsplit_once('/') {
            Some((dir, _)) => dir.to_owned(),
            None => String::new(),
        }
    }

    /// Whether the whole path matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        if let Some(literal) = &self.literal {
            return literal == path;
        }
        let mut here = vec![false; self.tokens.len() + 1];
        self.enter(0, &mut here);
        for char in path.chars() {
            let mut next = vec![false; here.len()];
            for (index, token) in self.tokens.iter().enumerate() {
                if here.get(index) == Some(&true) {
                    self.advance(index, token, char, &mut next);
                }
            }
            if !next.contains(&true) {
                return false;
            }
            here = next;
        }
        here.last() == Some(&true)
    }

    fn advance(&self, index: usize, token: &Token, char: char, next: &mut [bool]) {
        let (stays, moves) = match token {
            Token::Char(wanted) => (false, *wanted == char),
            Token::AnyInSegment => (false, char != '/'),
            Token::Segment => (char != '/', false),
            Token::Anything => (true, false),
            Token::MaybeDirs => (false, false),
            Token::Dirs => (true, char == '/'),
            Token::Class { negated, ranges } => {
                let inside = ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&char));
                (false, inside != *negated)
            }
        };
        if stays {
            self.enter(index, next);
        }
        if moves {
            self.enter(index + 1, next);
        }
    }

    /// Marks a position and those reached from it without a character.
    fn enter(&self, index: usize, positions: &mut [bool]) {
        let mut index = index;
        loop {
            if let Some(position) = positions.get_mut(index) {
                *position = true;
            }
            match self.tokens.get(index) {
                Some(Token::Segment | Token::Anything) => index += 1,
                Some(Token::MaybeDirs) => {
                    if let Some(dirs) = positions.get_mut(index + 1) {
                        *dirs = true;
                    }
                    index += 2;
                }
                _ => return,
            }
        }
    }
}

/// Whether a COPY source has to be looked up as a pattern.
pub(super) fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', '\\'])
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some(Token::Class { negated, ranges });
        }
        let low = class_char(chars)?;
        let high = match chars.next_if_eq(&'-') {
            Some(_) => class_char(chars)?,
            None => low,
        };
        ranges.push((low, high));
    }
}

fn class_char(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(pattern: &str, path: &str) -> Option<bool> {
        Some(Glob::new(pattern, Dialect::FilepathMatch)?.matches(path))
    }

    fn ignore(pattern: &str, path: &str) -> bool {
        Glob::new(pattern, Dialect::IgnoreFile)
            .unwrap()
            .matches(path)
    }

    #[test]
    fn filepath_match_stays_within_a_segment() {
        for (pattern, path, expected) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("**/x", "a/x", true),
            ("**/x", "a/b/x", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("package*.json", "package-lock.json", true),
            ("go.mod go.sum", "go.mod", false),
            ("", "", true),
            ("ä?", "äö", true),
        ] {
            assert_eq!(go(pattern, path), Some(expected), "{pattern} on {path}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in ["[", "[a", "a\\", "[]a]", "[-x]", "[a-]", "[^]", "x[a-b-c"] {
            assert_eq!(go(pattern, "a"), None, "{pattern}");
        }
    }

    #[test]
    fn double_star_spans_directories() {
        for (pattern, path, expected) in [
            ("**", "a/b", true),
            ("**/node_modules", "node_modules", true),
            ("**/node_modules", "a/b/node_modules", true),
            ("**/node_modules", "a/xnode_modules", false),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/xb", false),
            ("**/*.go", "x.go", true),
            ("**/*.go", "a/b/x.go", true),
            ("**foo", "a/xfoo", true),
            ("**/a/**", "x/a/y", true),
            ("**/a/**", "a", false),
        ] {
            assert_eq!(ignore(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "a*".repeat(200) + "b";
        assert!(!ignore(&pattern, &"a".repeat(4000)));
        let deep = "**/".repeat(200) + "x";
        assert!(!ignore(&deep, &"a/".repeat(2000)));
    }
}

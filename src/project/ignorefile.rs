//! `.dockerignore`. In: the file's text. Out: whether it hides a path from COPY.
//!
//! Semantics: the last pattern that matches wins; a pattern that matches a directory matches all
//! that lies below it; `!` makes an exception. What the parent matched is carried down, pattern by
//! pattern, as BuildKit does: it decides how exceptions for a directory and for a file in it meet.
//!
//! Source: <https://docs.docker.com/build/concepts/context/#dockerignore-files>.

use super::{
    glob::{Dialect, Glob},
    paths,
};

/// A parsed ignore file.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {
    rules: Vec<Rule>,
    invalid: Vec<(String, u32)>,
}

#[derive(Debug, Clone)]
struct Rule {
    glob: Glob,
    exception: bool,
}

/// What the patterns said about a path, to be handed on to what lies below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdict {
    /// The path is kept out.
    pub(super) hidden: bool,
    matched: Option<Vec<bool>>,
}

impl IgnoreFile {
    /// Reads the text of a `.dockerignore`. Total: a pattern that Docker would refuse hides
    /// nothing and is listed by [`invalid`](Self::invalid).
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, number) in text.lines().zip(1..) {
            // Only a `#` in the first column begins a comment.
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            match Rule::parse(line.trim()) {
                Some(rule) => file.rules.push(rule),
                None => file.invalid.push((line.trim().to_owned(), number)),
            }
        }
        file
    }

    /// Whether `path` (context-relative, normalised) is kept out of the build context. A hidden
    /// directory may still hold files that an exception lets in.
    pub fn hides(&self, path: &str) -> bool {
        if path.is_empty() || self.rules.is_empty() {
            return false;
        }
        let root = Verdict::default();
        paths::steps(path)
            .fold(root, |parent, step| self.judge(step, &parent))
            .hidden
    }

    /// Patterns that Docker refuses, with their lines: with one of them the build fails.
    pub fn invalid(&self) -> &[(String, u32)] {
        &self.invalid
    }

    /// The verdict on a path whose parent's is known; the root's is the default.
    pub(super) fn judge(&self, path: &str, parent: &Verdict) -> Verdict {
        let mut hidden = false;
        let mut matched = Vec::with_capacity(self.rules.len());
        for (index, rule) in self.rules.iter().enumerate() {
            let inherited = parent
                .matched
                .as_ref()
                .and_then(|parent| parent.get(index))
                .is_some_and(|matched| *matched);
            // A rule that could not change the verdict is not asked, and counts as not matched.
            let applies = inherited || (rule.exception == hidden && rule.glob.matches(path));
            if applies {
                hidden = !rule.exception;
            }
            matched.push(applies);
        }
        Verdict {
            hidden,
            matched: Some(matched),
        }
    }

    /// Whether an exception may let something in below a hidden directory. May err towards yes.
    pub(super) fn may_reveal_below(&self, dir: &str) -> bool {
        self.rules.iter().filter(|rule| rule.exception).any(|rule| {
            if let Some(path) = rule.glob.literal() {
                return is_below(path, dir);
            }
            let within = rule.glob.literal_dir();
            within == dir || is_below(&within, dir) || is_below(dir, &within)
        })
    }
}

fn is_below(path: &str, dir: &str) -> bool {
    dir.is_empty()
        || path
            .strip_prefix(dir)
            .is_some_and(|rest| rest.starts_with('/'))
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        let (exception, pattern) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        if pattern.is_empty() {
            return None;
        }
        // A pattern that climbs above the root, or means the root itself, matches no path: the
        // parent segment stays in it, and no path has one.
        let cleaned = match paths::normalise(pattern) {
            Some(path) if path.is_empty() => ".".to_owned(),
            Some(path) => path,
            None if pattern.starts_with('/') => clamped(pattern),
            None => "..".to_owned(),
        };
        let glob = Glob::new(&cleaned, Dialect::IgnoreFile)?;
        Some(Self { glob, exception })
    }
}

/// An absolute path whose `..` stop at the root.
fn clamped(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden<'a>(ignore: &str, paths: &[&'a str]) -> Vec<&'a str> {
        let file = IgnoreFile::parse(ignore);
        paths
            .iter()
            .copied()
            .filter(|path| file.hides(path))
            .collect()
    }

    #[test]
    fn patterns_hide_what_docker_hides() {
        let table: &[(&str, &[&str], &[&str])] = &[
            // (file, hidden, visible)
            ("*", &["a", "a/b"], &[]),
            ("*\n!keep", &["a", "a/keep"], &["keep", "keep/x"]),
            (
                "*\n!dir/sub",
                &["dir", "dir/x", "other"],
                &["dir/sub", "dir/sub/y"],
            ),
            (
                "**/node_modules",
                &["node_modules", "a/node_modules/x"],
                &["a/b"],
            ),
            (
                "*/temp*",
                &["a/temporary", "a/temp", "a/temp/x"],
                &["temp", "a/b/temp"],
            ),
            ("*/*/temp*", &["a/b/temp.txt"], &["a/temp", "temp"]),
            ("a?b", &["axb", "axb/c"], &["ab", "a/b"]),
            ("dir/", &["dir", "dir/x"], &["dirx", "a/dir"]),
            ("/abs", &["abs"], &["a/abs"]),
            ("./rel", &["rel"], &[]),
            ("a/../b", &["b"], &["a"]),
            ("../up", &[], &["up", "x"]),
            ("/../up", &["up"], &["x"]),
            (".", &[], &["a", "a/b"]),
            ("dir/**", &["dir/x", "dir/x/y"], &["dir"]),
            ("dir/*\n!dir/x", &["dir/y"], &["dir", "dir/x", "dir/x/z"]),
            ("!a\na", &["a", "a/b"], &[]),
            // The exception does not apply to `a`, which nothing hid, so `a/b` does not inherit it.
            ("a/b\n!a", &["a/b"], &["a"]),
            ("*.md\n!README.md", &["x.md"], &["README.md", "docs/x.md"]),
            (
                "*.md\n!README*.md\nREADME-secret.md",
                &["README-secret.md"],
                &["README.md"],
            ),
            (
                "**/*.log\n!**/keep.log",
                &["a/x.log"],
                &["keep.log", "a/b/keep.log"],
            ),
            (
                "node_modules\r\n.git\r\n",
                &["node_modules/x", ".git"],
                &["a"],
            ),
            ("  spaced  ", &["spaced"], &[]),
            ("# a\n #b", &["#b"], &["a", "b", "# a"]),
            ("\u{feff}first", &["first"], &[]),
            ("! a\n*\n! b", &["a"], &["b"]),
            ("[a-c]x", &["bx"], &["dx"]),
            ("a\\*", &["a*"], &["ab"]),
            ("", &[], &["a"]),
        ];
        for (text, out, seen) in table {
            let all: Vec<&str> = out.iter().chain(*seen).copied().collect();
            assert_eq!(hidden(text, &all), *out, "{text:?}");
        }
    }

    #[test]
    fn what_docker_refuses_is_told_and_hides_nothing() {
        let file = IgnoreFile::parse("ok\n[x\n!\n");
        assert_eq!(file.invalid(), [("[x".to_owned(), 2), ("!".to_owned(), 3)]);
        assert!(file.hides("ok") && !file.hides("x"));
    }

    #[test]
    fn only_directories_that_an_exception_reaches_are_walked() {
        for (text, dir, reached) in [
            ("*\n!src/app", "src", true),
            ("*\n!src/app", "docs", false),
            ("*\n!src/app", "src/app/x", false),
            ("*\n!**/*.go", "any/where", true),
            ("*\n!src/*.go", "src", true),
            ("*\n!src/*.go", "docs", false),
            ("*\n!srcs", "src", false),
            ("*", "src", false),
        ] {
            let file = IgnoreFile::parse(text);
            assert_eq!(file.may_reveal_below(dir), reached, "{text:?} {dir}");
        }
    }
}

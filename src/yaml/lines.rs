//! Where the keys and items of a file stand, all at once: text in block style in, lines out.
//!
//! This reads indentation and nothing else, in one pass, for files of which many places are
//! asked. A place in flow style is given the line of what it lies in; [`super::line_of`] is exact
//! there, and reads the file anew for each place.

use std::collections::HashMap;

use super::Step;

/// How deep places are kept.
const MAX_DEPTH: usize = 16;

/// The lines of a file's keys and items.
#[derive(Debug, Default)]
pub struct Lines {
    known: HashMap<String, usize>,
}

/// A key or an item that the lines below belong to.
struct Open<'t> {
    indent: usize,
    part: Part<'t>,
    /// The length of its path.
    length: usize,
}

enum Part<'t> {
    Key(&'t str),
    Item(usize),
}

impl Lines {
    /// Reads the lines of `text`. Of several documents the first that has a place counts.
    pub fn of(text: &str) -> Self {
        let mut lines = Self::default();
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut path = String::new();
        for (index, line) in text.lines().enumerate() {
            let mut rest = line.trim_start_matches(' ');
            let mut indent = line.len() - rest.len();
            if rest.is_empty() || rest.starts_with('#') {
                continue;
            }
            if rest.starts_with("---") {
                open.clear();
                continue;
            }
            while let Some(after) = item(rest) {
                let number = next_item(&mut open, indent);
                lines.open(&mut open, &mut path, indent, Part::Item(number), index + 1);
                let inner = after.trim_start_matches(' ');
                indent += rest.len() - inner.len();
                rest = inner;
            }
            if let Some(key) = key(rest) {
                while open.last().is_some_and(|last| last.indent >= indent) {
                    open.pop();
                }
                lines.open(&mut open, &mut path, indent, Part::Key(key), index + 1);
            }
        }
        lines
    }

    /// The line (counted from 1) of the last of `steps` that is known; 1 where none is.
    pub fn line(&self, steps: &[Step<'_>]) -> usize {
        let mut path = String::new();
        let mut line = 1;
        for step in steps {
            match step {
                Step::Key(key) => push(&mut path, &Part::Key(key)),
                Step::Item(number) => push(&mut path, &Part::Item(*number)),
            }
            match self.known.get(&path) {
                Some(found) => line = *found,
                None => return line,
            }
        }
        line
    }

    fn open<'t>(
        &mut self,
        open: &mut Vec<Open<'t>>,
        path: &mut String,
        indent: usize,
        part: Part<'t>,
        line: usize,
    ) {
        path.truncate(open.last().map_or(0, |last| last.length));
        if open.len() < MAX_DEPTH {
            push(path, &part);
            self.known.entry(path.clone()).or_insert(line);
        }
        open.push(Open {
            indent,
            part,
            length: path.len(),
        });
    }
}

fn push(path: &mut String, part: &Part<'_>) {
    path.push('\0');
    match part {
        Part::Key(key) => path.push_str(key),
        Part::Item(number) => {
            path.push('\u{1}');
            path.push_str(&number.to_string());
        }
    }
}

/// What stands behind the dash of an item.
fn item(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('-')?;
    (rest.is_empty() || rest.starts_with(' ')).then_some(rest)
}

/// Closes what an item at `indent` ends, and gives its number. The dashes of a key's list may
/// stand as far left as the key itself.
fn next_item(open: &mut Vec<Open<'_>>, indent: usize) -> usize {
    while let Some(last) = open.last() {
        match last.part {
            Part::Item(number) if last.indent == indent => {
                open.pop();
                return number + 1;
            }
            _ if last.indent > indent => open.pop(),
            _ => break,
        };
    }
    0
}

/// The key that a line begins with.
fn key(text: &str) -> Option<&str> {
    let quoted = ['"', '\''].iter().find_map(|&quote| {
        let (key, rest) = text.strip_prefix(quote)?.split_once(quote)?;
        Some((key, rest.trim_start()))
    });
    let (key, rest) = match quoted {
        Some((key, rest)) => (key, rest.strip_prefix(':')?),
        None if text.starts_with(['{', '[', '|', '>']) => return None,
        None => match text.find(": ") {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?),
            None => (text.trim_end().strip_suffix(':')?, ""),
        },
    };
    (rest.is_empty() || rest.starts_with(' ')).then_some(key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::Step::{Item, Key};
    use super::super::line_of;
    use super::*;

    #[test]
    fn places_are_those_that_the_exact_reading_finds() {
        let text = "\
# head
services:
  web: {build: .}

  \"api\":   # note
    build:
      context: ..
    command:
    - a: 1
      b: |
        services:
          web:
            build: text
    - - c
      - d
    'x y': 1
jobs: 
  z:
      - run: |
          - not an item
        uses: a
      -
        uses: b
";
        let lines = Lines::of(text);
        for steps in [
            &[Key("services")][..],
            &[Key("services"), Key("web")],
            &[Key("services"), Key("api")],
            &[Key("services"), Key("api"), Key("build"), Key("context")],
            &[
                Key("services"),
                Key("api"),
                Key("command"),
                Item(0),
                Key("b"),
            ],
            &[
                Key("services"),
                Key("api"),
                Key("command"),
                Item(1),
                Item(1),
            ],
            &[Key("services"), Key("api"), Key("x y")],
            &[Key("jobs"), Key("z"), Item(0), Key("uses")],
            &[Key("jobs"), Key("z"), Item(1), Key("uses")],
        ] {
            assert_eq!(Some(lines.line(steps)), line_of(text, steps), "{steps:?}");
        }
        assert_eq!(lines.line(&[Key("services"), Key("web"), Key("build")]), 3);
        assert_eq!(lines.line(&[Key("no")]), 1);
    }
}

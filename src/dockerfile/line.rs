//! Splits a Dockerfile's text into logical lines: the authority on where an instruction begins
//! and ends.
//!
//! In goes the text, out comes a list of [`LogicalLine`]s that lie end to end and cover every
//! byte of it. The rules are those of BuildKit's parser (`frontend/dockerfile/parser`): lines
//! end at `\n`, parser directives stand in the prologue only, a line that ends in the escape
//! character goes on in the next one, comments and empty lines within a continuation are
//! skipped, and a heredoc of RUN, COPY or ADD runs up to its terminator.

use super::directive;
use super::heredoc::{self, HeredocMark};
use super::span::Span;

/// What a logical line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// White space only.
    Blank,
    /// `# text`.
    Comment,
    /// `# syntax=…`, `# escape=…` or `# check=…` in the prologue.
    Directive,
    /// An instruction with its continuation lines and heredocs.
    Instruction,
}

/// One logical line of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalLine {
    /// What the line is.
    pub kind: LineKind,
    /// All of its bytes, the line end included.
    pub span: Span,
    /// Number of its first physical line, counted from 1.
    pub first_line: usize,
    /// Number of its last physical line.
    pub last_line: usize,
    /// The pieces of an instruction's text that the builder joins: continuation characters, line
    /// ends, comments and heredoc bodies left out. Empty for other kinds.
    pub pieces: Vec<Span>,
    /// The heredocs that follow an instruction.
    pub heredocs: Vec<Heredoc>,
}

/// A heredoc that belongs to an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its mark in the instruction: name, whether tabs are stripped, whether it expands.
    pub mark: HeredocMark,
    /// The lines between the instruction and the terminator.
    pub content: Span,
    /// Whether the terminator was found before the end of the file.
    pub terminated: bool,
}

/// The lines of a text and what its prologue says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The logical lines, in order and without gaps.
    pub lines: Vec<LogicalLine>,
    /// The escape character: `\` unless a directive says `` ` ``.
    pub escape: char,
    /// Parser directives with lower-case names, in order.
    pub directives: Vec<(String, String)>,
}

/// Splits `text`. A byte order mark, if any, must be gone already.
pub fn split(text: &str) -> Lines {
    Splitter::new(text).run()
}

struct Splitter<'t> {
    text: &'t str,
    position: usize,
    line: usize,
    escape: char,
    directives: Vec<(String, String)>,
    prologue: bool,
    retries: usize,
}

/// How often in a file an instruction's heredocs may be read a second time; each time costs up to
/// the whole rest of the file.
const MAX_RETRIES: usize = 64;

impl<'t> Splitter<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            position: 0,
            line: 0,
            escape: '\\',
            directives: Vec::new(),
            prologue: true,
            retries: MAX_RETRIES,
        }
    }

    fn run(mut self) -> Lines {
        let mut lines = Vec::new();
        while let Some(first) = self.next_physical() {
            lines.push(self.logical(first));
        }
        Lines {
            lines,
            escape: self.escape,
            directives: self.directives,
        }
    }

    /// The next physical line with its line end.
    fn next_physical(&mut self) -> Option<Span> {
        let rest = self
            .text
            .get(self.position..)
            .filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |i| i + 1);
        let span = Span::new(self.position, self.position + length);
        self.position = span.end;
        self.line += 1;
        Some(span)
    }

    fn logical(&mut self, first: Span) -> LogicalLine {
        let first_line = self.line;
        let plain = |kind| LogicalLine {
            kind,
            span: first,
            first_line,
            last_line: first_line,
            pieces: Vec::new(),
            heredocs: Vec::new(),
        };
        let body = self.body(first);
        if self.prologue && self.directive(body.of(self.text)) {
            return plain(LineKind::Directive);
        }
        let text = body.of(self.text).trim_start();
        if text.starts_with('#') {
            return plain(LineKind::Comment);
        }
        if text.is_empty() {
            return plain(LineKind::Blank);
        }
        self.instruction(first, body)
    }

    /// Takes up the directive in `line`, or ends the prologue. A repeated directive is BuildKit's
    /// error; here the first one holds.
    fn directive(&mut self, line: &str) -> bool {
        let Some((name, value)) = directive::parse(line) else {
            self.prologue = false;
            return false;
        };
        if self.directives.iter().all(|(known, _)| *known != name) {
            if name == "escape" && value == "`" {
                self.escape = '`';
            }
            self.directives.push((name, value));
        }
        true
    }

    /// The line without its end. Carriage returns before the line feed belong to the end.
    fn body(&self, line: Span) -> Span {
        let length = line.of(self.text).trim_end_matches(['\r', '\n']).len();
        Span::new(line.start, line.start + length)
    }

    fn instruction(&mut self, first: Span, body: Span) -> LogicalLine {
        let first_line = self.line;
        let indent = body.len() - body.of(self.text).trim_start().len();
        let (piece, mut goes_on) = self.piece(Span::new(body.start + indent, body.end));
        let mut pieces = vec![piece];
        while goes_on {
            let Some(line) = self.next_physical() else {
                break;
            };
            let body = self.body(line);
            let text = body.of(self.text).trim_start();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (piece, more) = self.piece(body);
            pieces.push(piece);
            goes_on = more;
        }
        let pieces = self.without_indent(pieces);
        let heredocs = self.heredocs(&pieces);
        let span = Span::new(first.start, self.position);
        LogicalLine {
            kind: LineKind::Instruction,
            span,
            first_line,
            last_line: self.line,
            pieces,
            heredocs,
        }
    }

    /// A physical line without its continuation character, and whether it had one. An escaped
    /// escape character at the line's end continues nothing.
    fn piece(&self, body: Span) -> (Span, bool) {
        let text = body.of(self.text).trim_end_matches([' ', '\t']);
        match text.strip_suffix(self.escape) {
            Some(rest) if !rest.ends_with(self.escape) => {
                (Span::new(body.start, body.start + rest.len()), true)
            }
            _ => (body, false),
        }
    }

    /// The pieces from the first character that is not white space on: a continuation character
    /// may stand on a line of its own before the keyword.
    fn without_indent(&self, pieces: Vec<Span>) -> Vec<Span> {
        let mut kept: Vec<Span> = Vec::with_capacity(pieces.len());
        for mut piece in pieces {
            if kept.is_empty() {
                piece.start = piece.end - piece.of(self.text).trim_start().len();
            }
            if !piece.is_empty() {
                kept.push(piece);
            }
        }
        kept
    }

    fn heredocs(&mut self, pieces: &[Span]) -> Vec<Heredoc> {
        let joined: String = pieces.iter().map(|piece| piece.of(self.text)).collect();
        if memchr::memmem::find(joined.as_bytes(), b"<<").is_none() {
            return Vec::new();
        }
        let mut found = heredoc::marks(&joined, self.escape);
        let (position, line) = (self.position, self.line);
        let heredocs: Vec<Heredoc> = found.iter().map(|f| self.heredoc(&f.mark)).collect();
        let unterminated = heredocs.iter().any(|heredoc| !heredoc.terminated);
        if !unterminated || self.retries == 0 || !found.iter().any(|f| f.spaced) {
            return heredocs;
        }
        // BuildKit that takes a spaced mark refuses this file, so the file is for one that takes
        // it for no mark.
        self.retries -= 1;
        (self.position, self.line) = (position, line);
        found.retain(|f| !f.spaced);
        found.iter().map(|f| self.heredoc(&f.mark)).collect()
    }

    fn heredoc(&mut self, mark: &HeredocMark) -> Heredoc {
        let start = self.position;
        while let Some(line) = self.next_physical() {
            let text = self.body(line).of(self.text);
            let text = if mark.strip_tabs {
                text.trim_start_matches('\t')
            } else {
                text
            };
            if text == mark.name {
                return Heredoc {
                    mark: mark.clone(),
                    content: Span::new(start, line.start),
                    terminated: true,
                };
            }
        }
        Heredoc {
            mark: mark.clone(),
            content: Span::new(start, self.position),
            terminated: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(LineKind, usize, usize)> {
        split(text)
            .lines
            .iter()
            .map(|line| (line.kind, line.first_line, line.last_line))
            .collect()
    }

    #[test]
    fn every_byte_belongs_to_one_line() {
        let text = "# syntax=x\r\n\r\nFROM a\\\r\n  b\n#c\nRUN <<E\nx\nE\n  ";
        let whole: String = split(text)
            .lines
            .iter()
            .map(|line| line.span.of(text))
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn comments_and_empty_lines_within_a_continuation_are_skipped() {
        let text = "RUN a \\\n# note\n\n  && b\nRUN c\n";
        let lines = split(text).lines;
        assert_eq!(lines.len(), 2);
        let pieces: Vec<_> = lines[0].pieces.iter().map(|piece| piece.of(text)).collect();
        assert_eq!(pieces, ["RUN a ", "  && b"]);
    }

    #[test]
    fn an_escaped_escape_character_continues_nothing() {
        assert_eq!(kinds("RUN a \\\\\nRUN b").len(), 2);
        assert_eq!(kinds("RUN a \\ \t\nb"), [(LineKind::Instruction, 1, 2)]);
    }

    #[test]
    fn directives_stand_in_the_prologue_only() {
        let lines = split("# Escape = `\n# check=skip=all\nFROM a`\n b\n# syntax=x\n");
        assert_eq!(lines.escape, '`');
        assert_eq!(lines.directives.len(), 2);
        assert_eq!(lines.lines.len(), 4);
        assert_eq!(lines.lines[3].kind, LineKind::Comment);
    }

    #[test]
    fn a_comment_ends_the_prologue() {
        for head in ["# note", "# other=x", "", "FROM a"] {
            assert_eq!(
                split(&format!("{head}\n# escape=`\n")).escape,
                '\\',
                "{head}"
            );
        }
        assert_eq!(split(" # escape=`\n# escape=\\").escape, '`');
    }

    #[test]
    fn a_keyword_may_follow_lone_continuation_characters() {
        let text = "\\\n  \\\n  RUN a\n\\";
        let lines = split(text).lines;
        let pieces: Vec<_> = lines[0].pieces.iter().map(|piece| piece.of(text)).collect();
        assert_eq!(pieces, ["RUN a"]);
        assert_eq!(lines[0].span.of(text), "\\\n  \\\n  RUN a\n");
        assert_eq!(
            (lines[1].kind, lines[1].pieces.len()),
            (LineKind::Instruction, 0)
        );
    }

    #[test]
    fn a_spaced_mark_counts_when_its_terminator_is_there() {
        assert_eq!(kinds("RUN cat << E\nx\nE\nRUN b").len(), 2);
        assert_eq!(kinds("RUN echo $((1 << 2))\nRUN b").len(), 2);
        let lines = split("RUN cat <<A << 2\nx\nA\nRUN b").lines;
        assert_eq!((lines.len(), lines[0].heredocs.len()), (2, 1));
    }

    #[test]
    fn heredocs_run_to_their_terminators() {
        let text = "COPY <<a <<-\"b c\" /x/\n1\na\n2\n\tb c\nRUN x";
        let lines = split(text).lines;
        assert_eq!(lines.len(), 2);
        let contents: Vec<_> = lines[0]
            .heredocs
            .iter()
            .map(|h| h.content.of(text))
            .collect();
        assert_eq!(contents, ["1\n", "2\n"]);
        assert!(!split("RUN <<E\nx").lines[0].heredocs[0].terminated);
    }
}

//! The work behind [`line::split`](super::line::split): one pass over the physical lines.
//!
//! In goes the text, out come its logical lines, by the rules of BuildKit's
//! `frontend/dockerfile/parser/parser.go`.

use super::directive;
use super::heredoc::{self, HeredocMark};
use super::line::{Heredoc, LineKind, Lines, LogicalLine};
use super::span::Span;

/// A text on its way to lines.
pub(super) struct Splitter<'t> {
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
    /// Begins at the start of `text`.
    pub(super) fn new(text: &'t str) -> Self {
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

    /// Splits the whole text.
    pub(super) fn run(mut self) -> Lines {
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
        let nowhere = pieces
            .first()
            .map_or(Span::default(), |piece| Span::new(piece.start, piece.start));
        for mut piece in pieces {
            if kept.is_empty() {
                piece.start = piece.end - piece.of(self.text).trim_start().len();
            }
            if !piece.is_empty() {
                kept.push(piece);
            }
        }
        // The text then is empty, but it has a place.
        if kept.is_empty() {
            kept.push(nowhere);
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

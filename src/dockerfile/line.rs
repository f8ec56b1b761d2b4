//! Splits a Dockerfile's text into logical lines: the authority on where an instruction begins
//! and ends.
//!
//! In goes the text, out comes a list of [`LogicalLine`]s that lie end to end and cover every
//! byte of it. The rules are those of BuildKit's parser (`frontend/dockerfile/parser`): lines
//! end at `\n`, parser directives stand in the prologue only, a line that ends in the escape
//! character goes on in the next one, comments and empty lines within a continuation are
//! skipped, and a heredoc of RUN, COPY or ADD runs up to its terminator.

use super::heredoc::HeredocMark;
use super::span::Span;
use super::splitter::Splitter;

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
            (lines[1].kind, lines[1].pieces.as_slice()),
            (LineKind::Instruction, &[Span::new(14, 14)][..])
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

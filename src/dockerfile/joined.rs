//! The text of an instruction as the builder joins it, with the way back to the file.
//!
//! BuildKit drops continuation characters, line ends, and comments and empty lines within a
//! continuation, and puts the rest end to end. What a shell or a word lexer gets is this text,
//! what an edit needs is a place in the file.

use super::span::Span;

/// Pieces of the file put end to end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    text: String,
    /// Where each piece begins in `text`, and where it lies in the file; in order.
    pieces: Vec<(usize, Span)>,
}

impl Joined {
    /// Joins `pieces` of `source`.
    pub fn new(source: &str, pieces: &[Span]) -> Self {
        let mut joined = Self::default();
        for &piece in pieces {
            joined.pieces.push((joined.text.len(), piece));
            joined.text.push_str(piece.of(source));
        }
        joined
    }

    /// The joined text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The joined text that comes from within `span` of the file.
    pub fn within(&self, span: Span) -> &str {
        self.text
            .get(self.offset_of(span.start)..self.offset_of(span.end))
            .unwrap_or_default()
    }

    /// The joined text from the file's offset `start` on.
    pub fn from(&self, start: usize) -> &str {
        self.text.get(self.offset_of(start)..).unwrap_or_default()
    }

    /// The offset in the joined text of the first byte that lies at or behind `offset` in the file.
    pub fn offset_of(&self, offset: usize) -> usize {
        let next = self
            .pieces
            .partition_point(|(_, piece)| piece.end <= offset);
        self.pieces
            .get(next)
            .map_or(self.text.len(), |(start, piece)| {
                start + offset.saturating_sub(piece.start)
            })
    }

    /// Where the range `[start, end)` of the joined text lies in the file. A range over several
    /// pieces covers what lies between them too.
    pub fn span_of(&self, start: usize, end: usize) -> Span {
        let first = self.locate(start, false);
        let last = self.locate(end.max(start), true);
        Span::new(first, last.max(first))
    }

    /// The file offset of `at`. Where two pieces meet, `at_end` takes the end of the former.
    fn locate(&self, at: usize, at_end: bool) -> usize {
        let behind = self
            .pieces
            .partition_point(|&(start, _)| start < at || (start == at && !at_end));
        // At the very beginning there is no former piece.
        let piece = self.pieces.get(behind.saturating_sub(1));
        piece.map_or(0, |&(start, piece)| {
            piece.end.min(piece.start + at.saturating_sub(start))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_both_ways() {
        let source = "RUN a \\\n#c\n  && b";
        let joined = Joined::new(source, &[Span::new(0, 6), Span::new(11, 17)]);
        assert_eq!(joined.as_str(), "RUN a   && b");
        assert_eq!(joined.span_of(4, 5).of(source), "a");
        assert_eq!(joined.span_of(11, 12).of(source), "b");
        assert_eq!(joined.span_of(4, 12).of(source), "a \\\n#c\n  && b");
        assert_eq!(joined.span_of(4, 6).of(source), "a ");
        assert_eq!(joined.within(Span::new(4, 17)), "a   && b");
        assert_eq!(joined.from(8), "  && b");
    }
}

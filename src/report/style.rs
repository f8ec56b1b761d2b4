//! Colours for the two streams, and text of unknown origin made safe for a terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::diff::LineKind;

/// The styles of one stream; all of them empty where colour is off.
#[derive(Debug, Clone, Copy, Default)]
pub struct Palette {
    /// Whether the stream is made for eyes rather than for another program.
    pub colour: bool,
    /// The word `error`, and removed lines.
    pub error: Style,
    /// The word `declined`.
    pub declined: Style,
    /// The words `note` and `unchanged`.
    pub note: Style,
    /// The word `rewritten`, and added lines.
    pub good: Style,
    /// What carries a structure: paths of a diff.
    pub strong: Style,
    /// Hunk headers and line numbers.
    pub frame: Style,
}

impl Palette {
    /// The styles for a stream with or without colour.
    pub fn new(colour: bool) -> Self {
        if !colour {
            return Self::default();
        }
        let bold = Style::new().bold();
        Self {
            colour,
            error: bold.fg_color(Some(AnsiColor::Red.into())),
            declined: bold.fg_color(Some(AnsiColor::Yellow.into())),
            note: bold.fg_color(Some(AnsiColor::Cyan.into())),
            good: bold.fg_color(Some(AnsiColor::Green.into())),
            strong: bold,
            frame: AnsiColor::Cyan.on_default(),
        }
    }

    /// The style of a line of a diff.
    pub fn of_diff(&self, kind: LineKind) -> Style {
        match kind {
            _ if !self.colour => Style::new(),
            LineKind::Header => self.strong,
            LineKind::Hunk => self.frame,
            LineKind::Removed => AnsiColor::Red.on_default(),
            LineKind::Added => AnsiColor::Green.on_default(),
            LineKind::Context => Style::new(),
        }
    }
}

/// `text` with control characters written out, so that a file's name or content cannot drive the
/// terminal. Tabs and line feeds stay, and so does a carriage return in front of a line feed.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let harmless = |character: char| !character.is_control() || matches!(character, '\t' | '\n');
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if harmless(character) || (character == '\r' && characters.peek() == Some(&'\n')) {
            result.push(character);
        } else {
            result.extend(character.escape_default());
        }
    }
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(printable("a\tb\r\n"), "a\tb\r\n");
        assert_eq!(printable("a\u{1b}[31m\rb\u{9b}"), "a\\u{1b}[31m\\rb\\u{9b}");
        assert!(matches!(printable("plain é"), Cow::Borrowed(_)));
    }
}

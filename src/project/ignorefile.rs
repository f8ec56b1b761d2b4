//! `.dockerignore`. In: the file's text. Out: whether it hides a path from COPY.

/// A parsed ignore file.
#[derive(Debug, Clone, Default)]
pub struct IgnoreFile {}

impl IgnoreFile {
    /// Reads the text of a `.dockerignore`. Total: a pattern that Docker would refuse hides
    /// nothing and is listed by [`invalid`](Self::invalid).
    pub fn parse(_text: &str) -> Self {
        Self {}
    }

    /// Whether `path` (context-relative, normalised) is kept out of the build context.
    pub fn hides(&self, _path: &str) -> bool {
        false
    }

    /// Patterns that Docker refuses, with their lines: with one of them the build fails.
    pub fn invalid(&self) -> &[(String, u32)] {
        &[]
    }
}

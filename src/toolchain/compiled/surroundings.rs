//! What sources say about a program's surroundings. In: what a toolchain reads out of them, call
//! by call. Out: the needs and the notes, each once.

use crate::outcome::Note;
use crate::plan::analysis::Needs;

/// What the sources say about the program's surroundings. What is executed and what is written
/// have files of their own.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// For the core.
    pub(crate) needs: Needs,
    /// Deliberate differences and advice.
    pub(crate) notes: Vec<Note>,
}

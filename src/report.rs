//! What a run says: results of single files in, text for people out. The diff goes to standard
//! output, so that it can be piped; everything else goes to standard error.

mod explain;
mod style;
mod summary;
mod text;

use crate::diff::DiffLine;
use crate::outcome::{Decline, Reason, Rewrite};

pub use explain::{explain, list_codes, unknown_code};
pub use style::Palette;
pub use summary::Tally;
pub use text::Reporter;

/// What came of one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The path as the user would write it.
    pub shown: String,
    /// What came of it.
    pub status: Status,
}

/// What came of one Dockerfile, the outside world included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// There is a rewrite, and its diff if one is to be shown.
    Rewritten(Rewrite, Vec<DiffLine>),
    /// The file stays as it is.
    Unchanged(Reason),
    /// No rewrite could be shown to be safe.
    Declined(Decline),
    /// The file could not be read or written; why, to stand behind its path.
    Failed(String),
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Also notes, declined files and the summary.
    #[default]
    Normal,
    /// Also files that stay as they are.
    Verbose,
}

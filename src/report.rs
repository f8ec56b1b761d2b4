//! What a run says: results of single files in, text for people or data for programs out. The
//! report goes to standard output, so that it can be piped; everything else to standard error.

mod explain;
mod format;
mod github;
mod html;
mod json;
mod markdown;
pub mod model;
mod proof;
mod sarif;
mod style;
mod summary;
mod text;

use std::io::{self, Write};

use crate::diff::DiffLine;
use crate::outcome::{Code, Decline, Reason, Rewrite};
use crate::verify::Proof;

pub use explain::{explain, list_codes, unknown_code};
pub use format::Format;
pub use style::Palette;
pub use summary::Tally;
pub use text::{Reporter, say_error};

/// Writes `report` in a format other than [`Format::Diff`], which goes file by file through
/// [`Reporter`]. `strict` tells whether a declined file is a failure.
pub fn render(
    format: Format,
    report: &model::Report<'_>,
    strict: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Diff => Ok(()),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, strict, out),
        Format::Markdown => markdown::write(report, out),
        Format::Html => html::write(report, out),
    }
}

/// What came of one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The path as the user would write it.
    pub shown: String,
    /// The path from the root of the work tree, as a diff names it; `None` for standard input and
    /// for what was not found.
    pub in_tree: Option<String>,
    /// The toolchain of the base image, where it is known.
    pub toolchain: Option<&'static str>,
    /// What came of it.
    pub status: Status,
    /// What came of building and running it beside its original, where that was asked for.
    pub proof: Option<Proof>,
}

impl FileReport {
    /// A report that knows the path and the result alone.
    pub fn new(shown: impl Into<String>, status: Status) -> Self {
        Self {
            shown: shown.into(),
            in_tree: None,
            toolchain: None,
            status,
            proof: None,
        }
    }
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

impl Status {
    /// Whether it is an error: of the outside world, or a bug of ours or of a template, which is
    /// nothing that a Dockerfile could be declined for.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_)) || self.code() == Some(Code::Internal)
    }

    /// The code, where there is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Unchanged(reason) => Some(reason.code),
            Self::Declined(decline) => Some(decline.code),
            Self::Rewritten(..) | Self::Failed(_) => None,
        }
    }
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

//! What restage has to say about one Dockerfile: the contract between the pure core, which
//! returns an [`Outcome`], and everything around it, which shows, writes and counts outcomes.
//!
//! An outcome is plain data. It names no path (the caller knows which file it asked about), and
//! its lines are counted from 1, as an editor shows them. Messages follow cargo's voice: lower
//! case, no full stop, names in backticks.

mod code;

pub use code::{Class, Code};

/// The answer for one Dockerfile. A failed check of our own (a breach of an invariant) is a
/// [`Outcome::Declined`] with [`Code::Internal`], never a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is a better Dockerfile, and it is shown to behave as this one does.
    Rewritten(Rewrite),
    /// The file is right as it is, or its author said to leave it. Not a failure.
    Unchanged(Reason),
    /// The file could gain from a rewrite, but none could be shown to be safe.
    Declined(Decline),
}

/// A rewritten Dockerfile and what its reviewer should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The whole new Dockerfile, with the line ends and the final newline (or the lack of one)
    /// of the old one, without a byte order mark. It differs from the old text.
    pub text: String,
    /// The toolchain that was recognised, by its folder name (`go`, `node`, `python`, `rust`).
    pub toolchain: &'static str,
    /// The rung that the final stage stands on, for example `distroless`; [`HARDENED`] where the one
    /// stage stays.
    pub runtime: &'static str,
    /// Deliberate differences and advice, in the order in which they are to be read.
    pub notes: Vec<Note>,
    /// For `--explain`: why each emitted line is there, ordered by line.
    pub explanations: Vec<Explanation>,
}

/// What stands for a runtime where the one stage stays and is made better as it is.
pub const HARDENED: &str = "hardened";

/// Something a reviewer should know about a rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line of the original Dockerfile that it is about, counted from 1.
    pub line: Option<usize>,
    /// One sentence.
    pub message: String,
}

impl Note {
    /// The choice of cache mounts is not followed for what `line` builds, and why.
    pub fn no_mounts(line: usize, why: &str) -> Self {
        Self {
            line: Some(line),
            message: format!("`--cache mounts` is not followed: {why}"),
        }
    }
}

/// Why one line of the new Dockerfile is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The line of the **new** Dockerfile, counted from 1.
    pub line: usize,
    /// The rule that emitted the line, in words.
    pub rule: String,
    /// The facts that the rule rests on, each with its `path:line` where it has one.
    pub evidence: Vec<String>,
}

/// Why a file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A code of [`Class::Unchanged`].
    pub code: Code,
    /// The line that decided it, counted from 1.
    pub line: Option<usize>,
    /// One sentence.
    pub message: String,
    /// What would be done all the same if it were asked for.
    pub hint: Option<String>,
}

/// Why no rewrite could be shown to be safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// A code of [`Class::Declined`].
    pub code: Code,
    /// The line that stands in the way, counted from 1.
    pub line: Option<usize>,
    /// One sentence.
    pub message: String,
    /// What would change the answer, where that is known.
    pub hint: Option<String>,
}

impl Decline {
    /// A decline without a line and without a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            line: None,
            message,
            hint: None,
        }
    }

    /// The same, about line `line` (counted from 1; what the base image says is on line 0, which
    /// is none of the file's).
    #[must_use]
    pub fn at(mut self, line: usize) -> Self {
        self.line = (line > 0).then_some(line);
        self
    }

    /// The same, with what would change the answer.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

//! The formats of a report, by their names on the command line.

use std::fmt;
use std::str::FromStr;

/// How a run tells what came of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// A unified diff, with messages for people beside it.
    #[default]
    Diff,
    /// The report as data, by a versioned schema.
    Json,
    /// SARIF 2.1.0, for tools that show findings in code.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// A comment for a pull request.
    Markdown,
    /// One page to review a migration in a browser.
    Html,
}

impl Format {
    /// Every format, in the order in which help shows them.
    pub const ALL: [Format; 6] = [
        Self::Diff,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Markdown,
        Self::Html,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Diff => "diff",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == text);
        known.ok_or_else(|| format!("`{text}` is not a format"))
    }
}

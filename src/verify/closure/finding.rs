//! What an image lacks, and the sentence that says so.

use std::fmt;

use serde::Serialize;

/// Something that an image lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The file that lacks it, or, for a program that is not there, the instruction that names it.
    pub path: String,
    /// What is missing.
    pub what: String,
}

/// What kind of thing an image lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The program that ENTRYPOINT, CMD or HEALTHCHECK names.
    MissingProgram,
    /// The right to execute it; `what` is the user.
    NotExecutable,
    /// The right to write a directory; `what` is the user.
    Unwritable,
    /// The loader of a program.
    MissingInterpreter,
    /// A library of a program or a library.
    MissingLibrary,
    /// A symbol version that a library would have to define.
    MissingVersion,
    /// What the `#!` line of a script names.
    MissingScriptInterpreter,
    /// What a symbolic link leads to.
    DanglingLink,
}

impl FindingKind {
    /// Whether it is about what the container starts and writes, rather than about some file.
    pub(super) fn is_of_start(self) -> bool {
        matches!(
            self,
            Self::MissingProgram | Self::NotExecutable | Self::Unwritable
        )
    }
}

impl Finding {
    /// What stays of it when the file lies elsewhere.
    pub(super) fn key(&self) -> (FindingKind, &str, &str) {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        (self.kind, name, &self.what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, what, .. } = self;
        match self.kind {
            FindingKind::MissingProgram => {
                write!(to, "{path} starts `{what}`, which is not in the image")
            }
            FindingKind::NotExecutable => {
                write!(
                    to,
                    "`{path}` is started, and the user `{what}` may not execute it"
                )
            }
            FindingKind::Unwritable => {
                write!(
                    to,
                    "the program writes `{path}`, and the user `{what}` may not"
                )
            }
            FindingKind::MissingInterpreter => {
                write!(
                    to,
                    "`{path}` is loaded by `{what}`, which is not in the image"
                )
            }
            FindingKind::MissingLibrary => {
                write!(
                    to,
                    "`{path}` needs the library `{what}`, which its loader does not find"
                )
            }
            FindingKind::MissingVersion => {
                write!(
                    to,
                    "`{path}` needs {what}, and the library in the image has it not"
                )
            }
            FindingKind::MissingScriptInterpreter => {
                write!(
                    to,
                    "the script `{path}` is run by `{what}`, which is not in the image"
                )
            }
            FindingKind::DanglingLink => {
                write!(to, "the link `{path}` leads to `{what}`, where nothing is")
            }
        }
    }
}

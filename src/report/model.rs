//! The report as plain data: the results of a run in, one value out, from which every format but
//! the diff is made. Its names and their meaning are the JSON format, which has a version.

use serde::Serialize;

use super::{FileReport, Status, Tally};
use crate::diff::DiffLine;
use crate::verify::Proof;

/// The version of the JSON format. It rises when a name goes or changes its meaning, and not when
/// one is added.
pub const VERSION: u32 = 1;

/// What a run of restage found.
///
/// Every name is always there; what is not known or does not apply is null. New names may be added
/// without a new version, so readers pass over those that they do not know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "restage report"))]
pub struct Report<'a> {
    /// The version of this format.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub version: u32,
    /// The version of restage.
    pub restage: &'static str,
    /// What the run did with rewrites.
    pub mode: Mode,
    /// Counts over all files.
    pub summary: Tally,
    /// What is wrong without being the fault of one file: patterns of a configuration that fit no
    /// Dockerfile, build descriptions elsewhere in the tree that cannot be read.
    pub warnings: &'a [String],
    /// The files, ordered by path.
    pub files: Vec<File<'a>>,
}

/// What a run does with rewrites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Mode {
    /// They are shown; files stay as they are.
    Diff,
    /// They are written to their files.
    Write,
    /// They are shown, and the exit code is 1 when there is one.
    Check,
    /// They are built and run beside their originals.
    Verify,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Kind {
    /// There is a rewrite: `toolchain`, `runtime`, `notes`, `explanations` and `diff` tell of it.
    Rewritten,
    /// The file is right as it is, or asks to be left alone: `code` and `message` say why.
    Unchanged,
    /// No rewrite could be shown to be safe: `code` and `message` say why, `hint` what would help.
    Declined,
    /// The file could not be read or written, or restage has a bug (code `internal`).
    Failed,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rewritten => "rewritten",
            Self::Unchanged => "unchanged",
            Self::Declined => "declined",
            Self::Failed => "failed",
        }
    }
}

/// One Dockerfile, or a path that leads to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct File<'a> {
    /// The path as it was given or found, relative to the current folder unless given otherwise;
    /// `<stdin>` for standard input.
    pub path: &'a str,
    /// The path from the root of the work tree, as the diff names it.
    pub repository_path: Option<&'a str>,
    /// What came of it.
    pub status: Kind,
    /// Why it is not rewritten: a stable name that `restage explain` knows.
    pub code: Option<&'static str>,
    /// The line of the file that the message is about, counted from 1.
    pub line: Option<usize>,
    /// Why it is not rewritten, or the error, in a sentence.
    pub message: Option<&'a str>,
    /// What would change the answer, or what could be had all the same.
    pub hint: Option<&'a str>,
    /// The toolchain of the base image: `go`, `node`, `python` or `rust`.
    pub toolchain: Option<&'static str>,
    /// What the final stage stands on: `scratch`, `distroless`, `alpine` or `slim`; `hardened` where
    /// the one stage stays.
    pub runtime: Option<&'static str>,
    /// Deliberate differences and advice, in the order in which they are to be read.
    pub notes: Vec<Note<'a>>,
    /// Why lines of the new file are there, ordered by line.
    pub explanations: Vec<Explanation<'a>>,
    /// A unified diff that `git apply` takes.
    pub diff: Option<String>,
    /// What came of building and running it beside its original, where that was asked for.
    pub proof: Option<&'a Proof>,
    /// The text before and after, without byte order marks.
    #[serde(skip)]
    pub texts: Option<(&'a str, &'a str)>,
}

/// Something that a reviewer should know about a rewrite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Note<'a> {
    /// The line of the old file that it is about, counted from 1.
    pub line: Option<usize>,
    /// One sentence.
    pub message: &'a str,
}

/// Why one line of the new file is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explanation<'a> {
    /// The line of the new file, counted from 1.
    pub line: usize,
    /// The rule that emitted the line.
    pub rule: &'a str,
    /// The facts that the rule rests on, with `path:line` where they have one.
    pub evidence: &'a [String],
}

impl<'a> Report<'a> {
    /// The report on `files`: each with the text that it held, as far as it could be read.
    pub fn new(
        mode: Mode,
        warnings: &'a [String],
        files: impl IntoIterator<Item = (&'a FileReport, Option<&'a str>)>,
    ) -> Self {
        let (reports, files): (Vec<_>, Vec<_>) = files
            .into_iter()
            .map(|(report, text)| (report, File::new(report, text)))
            .unzip();
        Self {
            version: VERSION,
            restage: env!("CARGO_PKG_VERSION"),
            mode,
            summary: Tally::of(reports),
            warnings,
            files,
        }
    }
}

impl<'a> File<'a> {
    fn new(report: &'a FileReport, text: Option<&'a str>) -> Self {
        let mut file = Self {
            path: &report.shown,
            repository_path: report.in_tree.as_deref(),
            status: Kind::Failed,
            code: report.status.code().map(crate::outcome::Code::as_str),
            line: None,
            message: None,
            hint: None,
            toolchain: report.toolchain,
            runtime: None,
            notes: Vec::new(),
            explanations: Vec::new(),
            diff: None,
            proof: report.proof.as_ref(),
            texts: None,
        };
        match &report.status {
            Status::Rewritten(rewrite, diff) => {
                file.status = Kind::Rewritten;
                file.runtime = Some(rewrite.runtime);
                file.notes = rewrite.notes.iter().map(Note::new).collect();
                file.explanations = rewrite.explanations.iter().map(Explanation::new).collect();
                file.diff = Some(joined(diff));
                file.texts = text.map(|text| (text, rewrite.text.as_str()));
            }
            Status::Unchanged(reason) => {
                file.status = Kind::Unchanged;
                (file.line, file.message) = (reason.line, Some(reason.message.as_str()));
                file.hint = reason.hint.as_deref();
            }
            Status::Declined(decline) => {
                if !report.status.is_failure() {
                    file.status = Kind::Declined;
                }
                (file.line, file.message) = (decline.line, Some(decline.message.as_str()));
                file.hint = decline.hint.as_deref();
            }
            Status::Failed(reason) => file.message = Some(reason),
        }
        file
    }

    /// The first line that the rewrite changes, counted from 1.
    pub fn first_change(&self) -> Option<usize> {
        let (before, after) = self.texts?;
        let same = before.lines().zip(after.lines());
        Some(same.take_while(|(old, new)| old == new).count() + 1)
    }

    /// The path for tools that look at a checkout from its root.
    pub fn from_root(&self) -> &'a str {
        self.repository_path.unwrap_or(self.path)
    }
}

impl<'a> Note<'a> {
    fn new(note: &'a crate::outcome::Note) -> Self {
        Self {
            line: note.line.filter(|line| *line > 0),
            message: &note.message,
        }
    }
}

impl<'a> Explanation<'a> {
    fn new(explanation: &'a crate::outcome::Explanation) -> Self {
        Self {
            line: explanation.line,
            rule: &explanation.rule,
            evidence: &explanation.evidence,
        }
    }
}

fn joined(diff: &[DiffLine]) -> String {
    diff.iter().map(|line| line.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
        let settings = schemars::generate::SchemaSettings::default().for_serialize();
        let mut schema = settings
            .into_generator()
            .into_root_schema_for::<Report<'static>>();
        schema.insert("$id".to_owned(), "restage-report-1".into());
        let expected = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("RESTAGE_BLESS").is_some() {
            fs::write(&path, &expected).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, expected, "run again with RESTAGE_BLESS=1");
    }
}

//! What the page shows, as plain data for its template: the report in, entries and filters out.

use serde::Serialize;

use super::hunk::{self, Hunk};
use super::proof::Shown;
use super::stages::{self, Stage};
use crate::outcome::Code;
use crate::report::model::{File, Kind, Mode, Note, Report};
use crate::report::proof::ProofTally;

/// The whole page.
#[derive(Serialize)]
pub(super) struct View<'a> {
    version: &'a str,
    headline: String,
    /// What proofs came to.
    proofs: Option<String>,
    /// What is wrong without being the fault of one file.
    warnings: &'a [String],
    total: usize,
    statuses: Vec<Choice>,
    toolchains: Vec<Choice>,
    runtimes: Vec<Choice>,
    codes: Vec<Choice>,
    verdicts: Vec<Choice>,
    files: Vec<Entry<'a>>,
}

/// Something to filter by, and how many files have it.
#[derive(Serialize)]
struct Choice {
    name: &'static str,
    count: usize,
}

/// A file.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    status: &'static str,
    code: Option<&'static str>,
    summary: Option<&'static str>,
    line: Option<usize>,
    message: Option<&'a str>,
    hint: Option<&'a str>,
    toolchain: Option<&'static str>,
    runtime: Option<&'static str>,
    proof: Option<Shown<'a>>,
    added: usize,
    removed: usize,
    before: Vec<Stage>,
    after: Vec<Stage>,
    /// What is said about no line that a hunk shows.
    notes: Vec<Note<'a>>,
    header: &'a str,
    hunks: Vec<Hunk<'a>>,
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let tally = &report.summary;
        let headline = match tally.line(report.mode == Mode::Write) {
            line if line.is_empty() => "no Dockerfile found".to_owned(),
            line => line,
        };
        let statuses = [
            (Kind::Rewritten, tally.rewritten),
            (Kind::Declined, tally.declined),
            (Kind::Unchanged, tally.unchanged),
            (Kind::Failed, tally.failed),
        ];
        let proofs = tally.proofs.as_ref();
        let verdicts = proofs.into_iter().flat_map(|proofs| &proofs.verdicts);
        let choices = |counts: &std::collections::BTreeMap<&'static str, usize>| {
            let pairs = counts.iter();
            pairs
                .map(|(name, count)| Choice {
                    name,
                    count: *count,
                })
                .collect()
        };
        Self {
            version: report.restage,
            headline,
            proofs: proofs.map(ProofTally::line),
            warnings: report.warnings,
            total: tally.files,
            statuses: statuses
                .into_iter()
                .map(|(kind, count)| Choice {
                    name: kind.as_str(),
                    count,
                })
                .collect(),
            toolchains: choices(&tally.toolchains),
            runtimes: choices(&tally.runtimes),
            codes: choices(&tally.codes),
            verdicts: verdicts
                .map(|(verdict, count)| Choice {
                    name: verdict.as_str(),
                    count: *count,
                })
                .collect(),
            files: report.files.iter().map(Entry::new).collect(),
        }
    }
}

impl<'a> Entry<'a> {
    fn new(file: &'a File<'a>) -> Self {
        let (header, hunks) = hunk::hunks(file);
        let is_shown = |note: &Note<'_>| {
            let line = note.line.unwrap_or_default();
            hunks.iter().any(|hunk| hunk.has_old(line))
        };
        let notes = file.notes.iter().filter(|note| !is_shown(note));
        let (before, after) = file.texts.unwrap_or_default();
        let code = file.code.and_then(|code| code.parse::<Code>().ok());
        Self {
            path: file.path,
            status: file.status.as_str(),
            code: file.code,
            summary: code.map(Code::summary),
            line: file.line,
            message: file.message,
            hint: file.hint,
            toolchain: file.toolchain,
            runtime: file.runtime,
            proof: file.proof.map(Shown::new),
            added: hunks.iter().map(|hunk| hunk.added).sum(),
            removed: hunks.iter().map(|hunk| hunk.removed).sum(),
            before: stages::stages(before),
            after: stages::stages(after),
            notes: notes.cloned().collect(),
            header,
            hunks,
        }
    }
}

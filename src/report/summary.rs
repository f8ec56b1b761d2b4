//! How many files came to what: the last lines of a run, and the ground for its exit code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::proof::ProofTally;
use super::{FileReport, Status};

/// From this many files on, a run tells what they have in common.
const MANY: usize = 10;

/// How many entries a row of the table names.
const ROW: usize = 8;

/// Counts of the results of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tally {
    /// All files, and the paths that lead to none.
    pub files: usize,
    /// Files with a rewrite.
    pub rewritten: usize,
    /// Files that stay as they are.
    pub unchanged: usize,
    /// Files declined.
    pub declined: usize,
    /// Files that could not be read or written, and failed checks of restage's own.
    pub failed: usize,
    /// How often each code occurs.
    pub codes: BTreeMap<&'static str, usize>,
    /// The files of each toolchain, as far as it was recognised.
    pub toolchains: BTreeMap<&'static str, usize>,
    /// The rewrites to each runtime.
    pub runtimes: BTreeMap<&'static str, usize>,
    /// What verifications came to, where there were any.
    pub proofs: Option<ProofTally>,
}

impl Tally {
    /// Counts `reports`.
    pub fn of<'a>(reports: impl IntoIterator<Item = &'a FileReport>) -> Self {
        let mut tally = Self::default();
        for report in reports {
            tally.files += 1;
            let count = match &report.status {
                Status::Rewritten(..) => &mut tally.rewritten,
                status if status.is_failure() => &mut tally.failed,
                Status::Declined(_) => &mut tally.declined,
                Status::Unchanged(_) => &mut tally.unchanged,
                Status::Failed(_) => &mut tally.failed,
            };
            *count += 1;
            if let Some(code) = report.status.code() {
                *tally.codes.entry(code.as_str()).or_default() += 1;
            }
            if let Some(toolchain) = report.toolchain {
                *tally.toolchains.entry(toolchain).or_default() += 1;
            }
            if let Status::Rewritten(rewrite, _) = &report.status {
                *tally.runtimes.entry(rewrite.runtime).or_default() += 1;
            }
            if let Some(proof) = &report.proof {
                tally.proofs.get_or_insert_default().add(proof);
            }
        }
        tally
    }

    /// The counts as one line, those of nothing left out; empty when there is nothing to count.
    /// `applied` tells a rewrite that was written from one that was only shown.
    pub fn line(&self, applied: bool) -> String {
        let rewritten = if applied {
            "rewritten"
        } else {
            "would be rewritten"
        };
        let errors = if self.failed == 1 { "error" } else { "errors" };
        let counts = [
            (self.rewritten, rewritten),
            (self.declined, "declined"),
            (self.unchanged, "unchanged"),
            (self.failed, errors),
        ];
        let shown: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        shown.join(", ")
    }

    /// For a run over many files, a table of what they have in common, most frequent first; empty
    /// for a few.
    pub fn table(&self) -> String {
        if self.files < MANY {
            return String::new();
        }
        let rows = [
            ("toolchains", &self.toolchains),
            ("runtimes", &self.runtimes),
            ("codes", &self.codes),
        ];
        let mut table = String::new();
        for (heading, counts) in rows.iter().filter(|(_, counts)| !counts.is_empty()) {
            writeln!(table, "  {heading:10}  {}", by_frequency(counts)).unwrap_or_default();
        }
        table
    }
}

/// `go 12, python 3`: the most frequent first, alike ones by name.
fn by_frequency(counts: &BTreeMap<&'static str, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let (first, rest) = counts.split_at(counts.len().min(ROW));
    let mut shown: Vec<_> = first
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if !rest.is_empty() {
        shown.push(format!("and {} more", rest.len()));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Code, Decline};

    #[test]
    fn only_what_happened_is_counted() {
        let tally = Tally {
            rewritten: 3,
            declined: 1,
            unchanged: 2,
            ..Tally::default()
        };
        assert_eq!(tally.line(true), "3 rewritten, 1 declined, 2 unchanged");
        assert_eq!(
            tally.line(false),
            "3 would be rewritten, 1 declined, 2 unchanged"
        );
        let failed = |failed| Tally {
            failed,
            ..Tally::default()
        };
        assert_eq!(failed(1).line(false), "1 error");
        assert_eq!(failed(2).line(false), "2 errors");
        assert_eq!(failed(0).line(false), "");
    }

    fn declined(code: Code, toolchain: Option<&'static str>) -> FileReport {
        FileReport {
            toolchain,
            ..FileReport::new("Dockerfile", Status::Declined(Decline::new(code, "no")))
        }
    }

    #[test]
    fn a_row_names_the_most_frequent() {
        let reports = Code::ALL.iter().flat_map(|code| {
            let count = if *code == Code::Windows { 3 } else { 1 };
            vec![declined(*code, None); count]
        });
        let reports: Vec<_> = reports.collect();
        let table = Tally::of(&reports).table();
        assert!(table.starts_with("  codes       windows 3, "), "{table}");
        let rest = format!(", and {} more\n", Code::ALL.len() - 8);
        assert!(table.ends_with(&rest), "{table}");
    }

    #[test]
    fn many_files_are_told_by_what_they_have_in_common() {
        let mut reports = vec![declined(Code::Onbuild, Some("node")); 3];
        reports.extend(vec![declined(Code::UnknownBase, None); 6]);
        assert_eq!(Tally::of(&reports).table(), "", "nine are few");
        reports.push(declined(Code::Internal, Some("go")));
        let tally = Tally::of(&reports);
        assert_eq!((tally.files, tally.declined, tally.failed), (10, 9, 1));
        assert_eq!(
            tally.table(),
            "  toolchains  node 3, go 1\n  codes       unknown-base 6, onbuild 3, internal 1\n"
        );
    }
}

//! How many files came to what: the last line of a run, and the ground for its exit code.

use super::{FileReport, Status};
use crate::outcome::Code;

/// Counts of the results of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Files with a rewrite.
    pub rewritten: usize,
    /// Files declined.
    pub declined: usize,
    /// Files that stay as they are.
    pub unchanged: usize,
    /// Files that could not be read or written.
    pub failed: usize,
}

impl Tally {
    /// Counts `reports`.
    pub fn of<'a>(reports: impl IntoIterator<Item = &'a FileReport>) -> Self {
        let mut tally = Self::default();
        for report in reports {
            let count = match &report.status {
                Status::Rewritten(..) => &mut tally.rewritten,
                // A bug of ours, or of a template: nothing that a Dockerfile could be declined for.
                Status::Declined(decline) if decline.code == Code::Internal => &mut tally.failed,
                Status::Declined(_) => &mut tally.declined,
                Status::Unchanged(_) => &mut tally.unchanged,
                Status::Failed(_) => &mut tally.failed,
            };
            *count += 1;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_counted() {
        let tally = Tally {
            rewritten: 3,
            declined: 1,
            unchanged: 2,
            failed: 0,
        };
        assert_eq!(tally.line(true), "3 rewritten, 1 declined, 2 unchanged");
        assert_eq!(
            tally.line(false),
            "3 would be rewritten, 1 declined, 2 unchanged"
        );
        assert_eq!(
            Tally {
                failed: 1,
                ..Tally::default()
            }
            .line(false),
            "1 error"
        );
        assert_eq!(
            Tally {
                failed: 2,
                ..Tally::default()
            }
            .line(false),
            "2 errors"
        );
        assert_eq!(Tally::default().line(false), "");
    }
}

//! The sizes of both images of each case, and how long it took to prove it: recorded as they come,
//! shown as a table at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::support::in_project;

/// What was measured, by case.
#[derive(Default)]
pub(crate) struct Sizes(Mutex<BTreeMap<String, Measured>>);

/// What was measured of a case.
pub(crate) struct Measured {
    /// Bytes of the original image.
    pub(crate) before: u64,
    /// Bytes of the rewritten image.
    pub(crate) after: u64,
    /// How long the proof took.
    pub(crate) took: Duration,
}

impl Sizes {
    /// Takes the measures of one case.
    pub(crate) fn record(&self, case: &str, measured: Measured) {
        let mut sizes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.insert(case.to_owned(), measured);
    }

    /// Prints the table and writes `target/lab/sizes.tsv`.
    #[expect(clippy::print_stdout, reason = "a table for who runs the tests")]
    pub(crate) fn finish(&self) {
        let sizes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tsv = "case\toriginal\trewritten\tseconds\n".to_owned();
        if !sizes.is_empty() {
            println!(
                "{:<44} {:>10} {:>10} {:>6}",
                "case", "original", "rewritten", "time"
            );
        }
        for (case, measured) in sizes.iter() {
            let Measured { before, after, .. } = measured;
            let (old, new) = (megabytes(*before), megabytes(*after));
            let seconds = measured.took.as_secs();
            println!("{case:<44} {old:>10} {new:>10} {seconds:>4} s");
            let _ = writeln!(tsv, "{case}\t{before}\t{after}\t{seconds}");
        }
        let folder = in_project("target/lab");
        let written = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join("sizes.tsv"), tsv));
        if let Err(error) = written {
            println!("sizes.tsv is not written: {error}");
        }
    }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

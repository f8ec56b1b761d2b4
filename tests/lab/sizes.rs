//! The sizes of both images of each case: recorded as they come, shown as a table at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::support::in_project;

/// Sizes in bytes, the original's and the rewrite's, by case.
#[derive(Default)]
pub(crate) struct Sizes(Mutex<BTreeMap<String, (u64, u64)>>);

impl Sizes {
    /// Takes the sizes of one case.
    pub(crate) fn record(&self, case: &str, before: u64, after: u64) {
        let mut sizes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.insert(case.to_owned(), (before, after));
    }

    /// Prints the table and writes `target/lab/sizes.tsv`.
    #[expect(clippy::print_stdout, reason = "a table for who runs the tests")]
    pub(crate) fn finish(&self) {
        let sizes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tsv = "case\toriginal\trewritten\n".to_owned();
        if !sizes.is_empty() {
            println!("{:<44} {:>10} {:>10}", "case", "original", "rewritten");
        }
        for (case, (before, after)) in sizes.iter() {
            let (old, new) = (megabytes(*before), megabytes(*after));
            println!("{case:<44} {old:>10} {new:>10}");
            let _ = writeln!(tsv, "{case}\t{before}\t{after}");
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

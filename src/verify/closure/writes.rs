//! Whether the directories that the programs write are theirs to write.

use std::collections::BTreeSet;

use super::{Finding, FindingKind, Start};
use crate::verify::files::Files;
use crate::verify::files::resolve::absolute;

/// Adds the directories that the user may not write. One that is not there is made by the program,
/// where it may.
pub(super) fn check(files: &Files, start: &Start, found: &mut BTreeSet<Finding>) {
    for directory in &start.writes {
        let path = absolute(&start.workdir, directory);
        if !may_write(files, start, &path) {
            found.insert(Finding {
                kind: FindingKind::Unwritable,
                path,
                what: start.user.to_string(),
            });
        }
    }
}

fn may_write(files: &Files, start: &Start, path: &str) -> bool {
    let nearest = std::iter::successors(Some(path), |path| {
        let (above, _) = path.trim_end_matches('/').rsplit_once('/')?;
        Some(if above.is_empty() { "/" } else { above })
    })
    .find(|path| files.resolve(path).is_some());
    nearest.is_some_and(|path| {
        let is_directory = files
            .resolve(path)
            .is_some_and(|(_, entry)| entry.is_directory());
        is_directory && files.may_write(path, &start.user)
    })
}

//! Writes rewrites to their files, unless that would mix them with work that is not committed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::worker::Job;
use crate::git::{self, WorkTrees};
use crate::report::Status;
use crate::write;

const DIRTY: &str = "has uncommitted changes; commit or stash them, or pass `--allow-dirty`";

/// Writes every rewrite among `jobs` to its file. A job whose file cannot be written, or may not
/// be, becomes [`Status::Failed`]; its file still holds what it held.
pub(super) fn apply(jobs: &mut [Job], allow_dirty: bool) {
    let refused = if allow_dirty {
        BTreeMap::new()
    } else {
        refusals(jobs)
    };
    for job in jobs {
        let (Status::Rewritten(rewrite, _), Some(real), Some(input)) =
            (&job.report.status, &job.real, &job.input)
        else {
            continue;
        };
        if let Some(reason) = refused.get(real) {
            job.report.status = Status::Failed(reason.clone());
            continue;
        }
        let new = input.with_text(&rewrite.text);
        if let Err(error) = write::replace(real, input.whole().as_bytes(), new.as_bytes()) {
            job.report.status = Status::Failed(error.to_string());
        }
    }
}

/// The files that may not be written, each with its reason. Git is asked once per work tree.
fn refusals(jobs: &[Job]) -> BTreeMap<PathBuf, String> {
    let work_trees = WorkTrees::default();
    let mut trees: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for job in jobs
        .iter()
        .filter(|job| matches!(job.report.status, Status::Rewritten(..)))
    {
        let Some(real) = job.real.as_deref() else {
            continue;
        };
        if let Some(root) = real.parent().and_then(|folder| work_trees.of(folder)) {
            trees.entry(root).or_default().push(real);
        }
    }
    let mut refused = BTreeMap::new();
    for (root, files) in trees {
        let (files, reason): (BTreeSet<PathBuf>, String) = match git::uncommitted(root, &files) {
            Ok(changed) => (changed, DIRTY.to_owned()),
            Err(error) => {
                let reason = format!(
                    "may have uncommitted changes: {error}; pass `--allow-dirty` to write it anyway"
                );
                (files.into_iter().map(Path::to_path_buf).collect(), reason)
            }
        };
        refused.extend(files.into_iter().map(|file| (file, reason.clone())));
    }
    refused
}

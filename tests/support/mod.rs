//! What the tests of cases share: the cases, the program under test and the snapshots.

pub(crate) mod answer;
pub(crate) mod case;
pub(crate) mod folder;
pub(crate) mod house;
pub(crate) mod order;
pub(crate) mod snapshot;
pub(crate) mod sources;
pub(crate) mod tool;

use std::path::{Path, PathBuf};

/// A path inside the project's folder.
pub(crate) fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

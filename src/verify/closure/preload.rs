//! Whether the libraries are there that every program is to load first. The loader goes on
//! without one that is not, and says so on each start.

use std::collections::BTreeSet;

use super::{Finding, FindingKind, Start};
use crate::verify::files::Files;

/// The file in which glibc's loader finds further ones.
const PRELOAD_FILE: &str = "/etc/ld.so.preload";

/// Adds the files of `LD_PRELOAD` and of the loader's own list that are missing. A name without a
/// slash is searched for as libraries are, and not checked.
pub(super) fn check(files: &Files, start: &Start, found: &mut BTreeSet<Finding>) {
    let of_env = start.variable("LD_PRELOAD").unwrap_or_default();
    let of_file = files.text(PRELOAD_FILE).unwrap_or_default();
    for (by, text) in [("LD_PRELOAD", of_env), (PRELOAD_FILE, &*of_file)] {
        let missing = text
            .split([' ', ':', '\n', '\t'])
            .filter(|path| path.starts_with('/') && !path.contains('$'))
            .filter(|path| files.resolve(path).is_none());
        found.extend(missing.map(|path| Finding {
            kind: FindingKind::MissingLibrary,
            path: by.to_owned(),
            what: path.to_owned(),
        }));
    }
}

//! Symbolic links that lead nowhere.

use std::collections::BTreeSet;

use super::{Finding, FindingKind};
use crate::verify::files::resolve::absolute;
use crate::verify::files::{Files, Kind};

/// What a container gets only when it runs.
const MOUNTED: [&str; 3] = ["/proc", "/dev", "/sys"];

/// Links that are followed one behind the other.
const MOST_LINKS: usize = 40;

/// Adds the links of the image that lead to nothing, but for those into what is mounted.
pub(super) fn check(files: &Files, found: &mut BTreeSet<Finding>) {
    for (path, entry) in files.iter() {
        let Kind::Link(target) = &entry.kind else {
            continue;
        };
        if files.resolve(path).is_none()
            && !is_mounted(path)
            && !leads_to_mounted(files, path, target)
        {
            found.insert(Finding {
                kind: FindingKind::DanglingLink,
                path: path.to_owned(),
                what: target.clone(),
            });
        }
    }
}

fn is_mounted(path: &str) -> bool {
    MOUNTED.iter().any(|mount| {
        path.strip_prefix(mount)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn leads_to_mounted(files: &Files, path: &str, target: &str) -> bool {
    let mut at = beside(files, path, target);
    for _ in 0..MOST_LINKS {
        if is_mounted(&at) {
            return true;
        }
        match files.get(&at).map(|entry| &entry.kind) {
            Some(Kind::Link(target)) => at = beside(files, &at, target),
            _ => return false,
        }
    }
    false
}

/// The target of the link at `path`, seen from the root.
fn beside(files: &Files, path: &str, target: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let real = files
        .resolve(folder)
        .map_or_else(|| folder.to_owned(), |(real, _)| real);
    crate::dockerfile::contract::clean(&absolute(&real, target))
}

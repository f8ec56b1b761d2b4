//! A rewritten image of a Node project in, the development dependencies out that are still in it
//! although restage says that they stay behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::image::Mounted;
use crate::support::case::Case;
use crate::support::folder;

/// What restage says where it takes them away.
const PROMISE: &str = "development dependencies stay behind";

/// What restage says of packages that have installations of their own.
const APART: &str = "are copied as they are";

/// The packages, by the places at which they are; `said` is what restage said of the case.
pub(crate) fn left(case: &Case, said: &str, root: &Mounted<'_>) -> Result<Vec<String>> {
    if case.toolchain != "node" || !said.contains(PROMISE) {
        return Ok(Vec::new());
    }
    let mut manifests = Vec::new();
    find(&case.context, "", &mut manifests)?;
    // Of several packages the promise is about the first.
    if said.contains(APART) {
        manifests.truncate(1);
    }
    let names = unneeded(case, &manifests);
    let mut found = Vec::new();
    for (below, _) in &manifests {
        for directory in root.directories_of_work()? {
            let modules = directory.join(below).join("node_modules");
            found.extend(names.iter().filter_map(|name| {
                let place = modules.join(name);
                place.symlink_metadata().ok()?;
                Some(place.display().to_string())
            }));
        }
    }
    Ok(found)
}

/// Names that are listed for development alone, in every manifest, and that npm's lockfile, where
/// there is one, calls so too: it keeps those that others name as their optional peers.
fn unneeded(case: &Case, manifests: &[(String, Value)]) -> BTreeSet<String> {
    let listed = |field: &str| {
        let values = manifests.iter().filter_map(|(_, value)| value.get(field));
        let objects = values.filter_map(Value::as_object);
        objects
            .flat_map(|it| it.keys().cloned())
            .collect::<BTreeSet<_>>()
    };
    let needed = listed("dependencies");
    let lock = fs::read_to_string(case.context.join("package-lock.json"));
    let lock: Option<Value> = lock.ok().and_then(|text| serde_json::from_str(&text).ok());
    let is_kept = |name: &String| {
        let packages = lock.as_ref().and_then(|lock| lock.get("packages"));
        let package = packages.and_then(|it| it.get(format!("node_modules/{name}")));
        package.is_some_and(|it| it.get("dev").is_none())
    };
    let names = listed("devDependencies").into_iter();
    names
        .filter(|name| !needed.contains(name) && !is_kept(name))
        .collect()
}

/// The manifests below a folder, each with the folder that it is in.
fn find(context: &Path, below: &str, found: &mut Vec<(String, Value)>) -> Result<()> {
    let folder = context.join(below);
    if let Ok(text) = fs::read_to_string(folder.join("package.json")) {
        found.push((below.to_owned(), serde_json::from_str(&text)?));
    }
    for name in folder::names(&folder)? {
        let inner = format!("{below}/{name}");
        let inner = inner.trim_start_matches('/');
        if context.join(inner).is_dir() && name != "node_modules" {
            find(context, inner, found)?;
        }
    }
    Ok(())
}

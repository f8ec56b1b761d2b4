//! What a language's own loader finds in an image: the packages of Python's environment can be
//! imported, and node resolves the dependencies of production. A program is run in place of the
//! image's own, in a container like all others; it writes its answer behind a mark, because packages
//! may write when they are loaded.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use super::engine::Engine;
use super::files::Files;
use super::settings::Wishes;

const PYTHON: &str = include_str!("languages/imports.py");
const NODE: &str = include_str!("languages/resolves.js");

/// What the answer stands behind.
const MARK: &str = "restage-loads:";

/// What a loader found.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Loads {
    /// What it loads.
    good: BTreeSet<String>,
    /// What it does not load.
    bad: BTreeSet<String>,
    /// Development dependencies that are there, and that nothing else depends on.
    #[serde(default)]
    development: BTreeSet<String>,
}

/// The language whose loader is asked, by the toolchain's name.
fn question(toolchain: &str) -> Option<(&'static [&'static str], [&'static str; 2])> {
    match toolchain {
        "python" => Some((&["python3", "python"], ["-c", PYTHON])),
        "node" => Some((&["node"], ["-e", NODE])),
        _ => None,
    }
}

/// Asks the loader in `image`; `None` where the toolchain has none, or the image lacks it.
pub(super) fn loads(
    engine: &Engine,
    image: &str,
    files: &Files,
    path: &str,
    toolchain: &str,
    wishes: &Wishes,
) -> Result<Option<Loads>> {
    let Some((programs, args)) = question(toolchain) else {
        return Ok(None);
    };
    // Distroless images have theirs outside of PATH.
    let path = format!("{path}:/nodejs/bin");
    let found = programs
        .iter()
        .find_map(|name| files.find_program(name, &path, "/"));
    let Some((program, _)) = found else {
        return Ok(None);
    };
    let ended = engine.run(image, &[&program, args[0], args[1]], wishes)?;
    let text = ended.out.text();
    let answer = text.lines().find_map(|line| line.split_once(MARK));
    Ok(answer.and_then(|(_, answer)| serde_json::from_str(answer).ok()))
}

/// What the original loads and the rewrite has but cannot load, and what the rewrite lacks.
pub(super) fn lost(before: &Loads, after: &Loads) -> (Vec<String>, Vec<String>) {
    let broken = after.bad.difference(&before.bad).cloned().collect();
    let gone = |name: &&String| !after.good.contains(*name) && !after.bad.contains(*name);
    (broken, before.good.iter().filter(gone).cloned().collect())
}

impl Loads {
    /// How much it loads.
    pub(super) fn count(&self) -> usize {
        self.good.len()
    }

    /// Development dependencies that are there for nothing else.
    pub(super) fn development(&self) -> impl Iterator<Item = &str> {
        self.development.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_did_not_load_before_need_not_load() {
        let before = Loads {
            good: set(&["flask", "pip"]),
            bad: set(&["gi"]),
            ..Loads::default()
        };
        let after = Loads {
            good: set(&[]),
            bad: set(&["flask", "gi"]),
            ..Loads::default()
        };
        assert_eq!(
            lost(&before, &after),
            (vec!["flask".to_owned()], vec!["pip".to_owned()])
        );
    }
}

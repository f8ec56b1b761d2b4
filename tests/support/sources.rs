//! A build context in, out: its source files, and whether the project depends on anything.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::case::Case;
use super::folder;

/// Folders whose files are somebody else's, or made.
const NOT_OWN: [&str; 4] = ["node_modules", "vendor", "target", "dist"];

/// The source files of a case, by their paths in the build context, sorted.
pub(crate) fn of(case: &Case) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    walk(&case.context, "", &mut |path| {
        if is_source(&case.toolchain, path) {
            sources.push(path.to_owned());
        }
    })?;
    sources.sort();
    Ok(sources)
}

/// Whether building the project fetches dependencies even where no instruction says so: go and
/// cargo do when they build.
pub(crate) fn fetches_unasked(case: &Case) -> Result<bool> {
    let mut fetches = false;
    walk(&case.context, "", &mut |path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let text = || fs::read_to_string(case.context.join(path)).unwrap_or_default();
        fetches |= match (case.toolchain.as_str(), name) {
            ("go", "go.sum") => !case.context.join("vendor").is_dir() && !text().trim().is_empty(),
            ("rust", "Cargo.lock") => text().contains("source = "),
            _ => false,
        };
    })?;
    Ok(fetches)
}

fn is_source(toolchain: &str, path: &str) -> bool {
    let extensions: &[&str] = match toolchain {
        "go" => &["go"],
        "rust" => &["rs"],
        "node" => &["js", "mjs", "cjs", "jsx", "ts", "tsx"],
        _ => &["py"],
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        extensions.contains(&extension) && !stem.is_empty() && !stem.ends_with("_test")
    })
}

fn walk(root: &Path, below: &str, visit: &mut impl FnMut(&str)) -> Result<()> {
    for name in folder::names(&root.join(below))? {
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let kind = fs::symlink_metadata(root.join(&path))?;
        if kind.is_dir() && !NOT_OWN.contains(&name.as_str()) {
            walk(root, &path, visit)?;
        } else if kind.is_file() {
            visit(&path);
        }
    }
    Ok(())
}

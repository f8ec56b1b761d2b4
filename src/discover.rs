//! Which Dockerfiles a run is about: the paths of a command line in, Dockerfiles out, each once
//! and in the order of their paths, with an error in place of every path that leads nowhere.

mod context;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use context::{Guess, context_of};

use crate::git::WorkTrees;
use crate::input::io_reason;
use crate::project::usage::Usage;

/// What the core is told about a Dockerfile besides its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The Dockerfile: an absolute path in a canonical folder (its last part may be a link), or
    /// `-` for standard input.
    pub dockerfile: PathBuf,
    /// The build context; `None` for standard input without `--context`.
    pub context: Option<PathBuf>,
    /// How it is built and run, as far as its tree says.
    pub usages: Vec<Usage>,
    /// Where only what it copies tells the context: the folders that have all of it, the nearest
    /// first. Empty where something else tells it, or where it copies nothing that tells.
    pub fits: Vec<PathBuf>,
    /// The tree that the usages' paths count from; `None` where the context was given, so that
    /// what they say about it does not matter.
    pub tree: Option<PathBuf>,
}

impl Target {
    /// A Dockerfile in a context of which nothing more is said.
    pub fn new(dockerfile: PathBuf, context: Option<PathBuf>) -> Self {
        Self {
            dockerfile,
            context,
            usages: Vec::new(),
            fits: Vec::new(),
            tree: None,
        }
    }

    /// The build contexts that the usages name, each once with the first that names it; the one
    /// that is taken comes first.
    pub fn contexts(&self) -> Vec<(PathBuf, &Usage)> {
        if self.tree.is_none() {
            return Vec::new();
        }
        let mut contexts: Vec<(PathBuf, &Usage)> = Vec::new();
        for usage in &self.usages {
            let folder = self.folder(usage);
            if contexts.iter().all(|(known, _)| *known != folder) {
                contexts.push((folder, usage));
            }
        }
        contexts.sort_by_key(|(folder, _)| Some(folder) != self.context.as_ref());
        contexts
    }

    /// The build context of a usage.
    pub fn folder(&self, usage: &Usage) -> PathBuf {
        let tree = self.tree.as_deref().unwrap_or(Path::new(""));
        tree.join(&usage.context).components().collect()
    }

    /// A folder as it is shown: relative to the tree.
    pub fn shown(&self, folder: &Path) -> String {
        let tree = self.tree.as_deref().unwrap_or(folder);
        let shown = folder
            .strip_prefix(tree)
            .unwrap_or(folder)
            .display()
            .to_string();
        if shown.is_empty() {
            ".".to_owned()
        } else {
            shown
        }
    }
}

/// A Dockerfile that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// An absolute path in a canonical folder; its last part may be a link.
    pub path: PathBuf,
    /// The file itself, behind all links.
    pub real: PathBuf,
    /// The path as the user would write it.
    pub shown: PathBuf,
    /// Whether the user named it, so that it was not found by a walk.
    pub named: bool,
    /// The tree that it belongs to, a canonical path: the git work tree; without one the current
    /// folder where the file lies below it, else the folder that was walked or its own.
    pub tree: PathBuf,
}

/// A path that leads to no Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The path as the user would write it.
    pub shown: PathBuf,
    /// Why, to stand behind the path.
    pub reason: String,
}

/// Finds the Dockerfiles that `paths` (relative to `cwd`) lead to: a file is taken whatever its
/// name, a folder is walked, and having none is an error of that folder. Without paths `cwd` is
/// walked, and may have none. `exclude` are globs in the manner of gitignore, relative to `cwd`,
/// for what a walk leaves out. The error says which glob is wrong.
///
/// `described` takes the build descriptions that the walk over a folder came upon (paths relative
/// to it), by its canonical path.
pub fn discover(
    paths: &[PathBuf],
    cwd: &Path,
    exclude: &[String],
    trees: &WorkTrees,
    described: &mut BTreeMap<PathBuf, Vec<String>>,
) -> Result<Vec<Result<Found, Missed>>, String> {
    let mut results = Vec::new();
    let here = [PathBuf::from(".")];
    let real_cwd = fs::canonicalize(cwd).unwrap_or_else(|_| cwd.to_path_buf());
    for given in if paths.is_empty() { &here } else { paths } {
        let place = Place {
            given,
            cwd,
            real_cwd: &real_cwd,
            trees,
        };
        // Without `.` in the middle, which would keep anchored globs from matching.
        let path: PathBuf = cwd.join(given).components().collect();
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                let walk = walk::Walk::new(&path, &place, exclude)?;
                let before = results.len();
                let (found, descriptions) = walk.run();
                results.extend(found);
                if let Ok(real) = fs::canonicalize(&path) {
                    described.insert(real, descriptions);
                }
                if results.len() == before && !paths.is_empty() {
                    let reason = "has no Dockerfile outside of hidden folders and what git ignores";
                    results.push(Err(place.missed(&path, reason)));
                }
            }
            _ => results.push(resolve(&path, &place, None)),
        }
    }
    Ok(each_once(results))
}

/// Whether a walk takes a file of this name for a Dockerfile.
fn is_dockerfile_name(name: &str) -> bool {
    let base = matches!(name, "Dockerfile" | "dockerfile" | "Containerfile");
    let prefixed = name.starts_with("Dockerfile.") || name.starts_with("Containerfile.");
    let suffixed = name.ends_with(".Dockerfile") || name.ends_with(".dockerfile");
    (base || prefixed || suffixed) && !name.ends_with(".dockerignore")
}

/// Where a path comes from, to show it in the way it was given.
struct Place<'a> {
    given: &'a Path,
    cwd: &'a Path,
    /// The same, behind all links.
    real_cwd: &'a Path,
    trees: &'a WorkTrees,
}

impl Place<'_> {
    fn shown(&self, path: &Path) -> PathBuf {
        let path = if self.given.is_absolute() {
            path
        } else {
            path.strip_prefix(self.cwd).unwrap_or(path)
        };
        let shown: PathBuf = path.components().collect();
        if shown.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            shown
        }
    }

    /// The tree of a file in `folder`, see [`Found::tree`]; `walked` is the folder that was walked.
    fn tree<'t>(&'t self, folder: &'t Path, walked: Option<&'t Path>) -> &'t Path {
        match self.trees.of(folder) {
            Some(tree) => tree,
            None if folder.starts_with(self.real_cwd) => self.real_cwd,
            None => walked.unwrap_or(folder),
        }
    }

    /// The file that was found at `given`: really at `path`, behind its last link at `real`.
    fn found(&self, given: &Path, path: PathBuf, real: PathBuf, walked: Option<&Path>) -> Found {
        let folder = path.parent().unwrap_or(&path);
        let tree = self.tree(folder, walked).to_path_buf();
        Found {
            shown: self.shown(given),
            named: walked.is_none(),
            tree,
            path,
            real,
        }
    }

    fn missed(&self, path: &Path, reason: impl Into<String>) -> Missed {
        Missed {
            shown: self.shown(path),
            reason: reason.into(),
        }
    }
}

/// Follows links. One that leads out of the tree is refused: the tree is the git work tree, or
/// the folder that was walked (`walked`), or else the folder that the link is in.
fn resolve(path: &Path, place: &Place<'_>, walked: Option<&Path>) -> Result<Found, Missed> {
    let missed = |error: &io::Error| place.missed(path, absent(path, error));
    let is_link = fs::symlink_metadata(path)
        .map_err(|error| missed(&error))?
        .is_symlink();
    let real = match fs::canonicalize(path) {
        Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
            return Err(place.missed(path, "is a link to a file that does not exist"));
        }
        real => real.map_err(|error| missed(&error))?,
    };
    if !is_link {
        return Ok(place.found(path, real.clone(), real, walked));
    }
    let folder = path.parent().unwrap_or(place.cwd);
    let folder = fs::canonicalize(folder).map_err(|error| missed(&error))?;
    let tree = place.trees.of(&folder).or(walked).unwrap_or(&folder);
    if !real.starts_with(tree) {
        let reason = format!(
            "is a link out of `{}`, to `{}`; name that file instead",
            tree.display(),
            real.display()
        );
        return Err(place.missed(path, reason));
    }
    let link = path
        .file_name()
        .map_or_else(|| real.clone(), |name| folder.join(name));
    Ok(place.found(path, link, real, walked))
}

/// Why a path leads nowhere. A pattern that is still one came from a shell that found nothing.
fn absent(path: &Path, error: &io::Error) -> String {
    let reason = io_reason(error);
    let is_pattern = path.to_string_lossy().contains(['*', '?']);
    if is_pattern && error.kind() == io::ErrorKind::NotFound {
        format!("{reason}: the pattern matches nothing")
    } else {
        reason
    }
}

/// Sorted, and each file once: a file under its own name rather than as a link to it.
fn each_once(mut results: Vec<Result<Found, Missed>>) -> Vec<Result<Found, Missed>> {
    let shown = |result: &Result<Found, Missed>| match result {
        Ok(found) => found.shown.clone(),
        Err(missed) => missed.shown.clone(),
    };
    let is_link =
        |result: &Result<Found, Missed>| matches!(result, Ok(found) if found.path != found.real);
    let is_named = |result: &Result<Found, Missed>| matches!(result, Ok(found) if found.named);
    results.sort_by_cached_key(|result| (is_link(result), shown(result), !is_named(result)));
    let mut seen = BTreeSet::new();
    results.retain(|result| {
        seen.insert(match result {
            Ok(found) => found.real.clone(),
            Err(missed) => missed.shown.clone(),
        })
    });
    results.sort_by_cached_key(shown);
    results
}

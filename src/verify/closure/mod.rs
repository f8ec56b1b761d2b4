//! Whether the files of an image are all that its programs need: in go the [`Files`] of an image
//! and how a container starts, out come [`Finding`]s. Nothing is run.
//!
//! Every image has some: a library that nobody loads, a link into a package that was not
//! installed. [`news`] keeps those that a rewrite has brought about.

mod cache;
mod finding;
mod folders;
mod libraries;
mod links;
mod loader;
mod preload;
mod programs;
mod scripts;
mod shell_text;
#[cfg(test)]
mod tests;
mod writes;

use std::collections::{BTreeSet, HashSet};

pub use finding::{Finding, FindingKind};
pub use programs::Program;

use super::files::programs::DEFAULT_PATH;
use super::files::{Files, Identity};

/// How a container of an image starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// Its working directory.
    pub workdir: String,
    /// Who it runs as.
    pub user: Identity,
    /// What it starts.
    pub programs: Vec<Program>,
    /// Directories that its programs write.
    pub writes: Vec<String>,
}

impl Start {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<&str> {
        let mut all = self.env.iter().rev();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Where programs are looked for.
    fn path(&self) -> &str {
        self.variable("PATH").unwrap_or(DEFAULT_PATH)
    }
}

/// What the image lacks, in order and without repetition.
pub fn check(files: &Files, start: &Start) -> Vec<Finding> {
    let mut found = BTreeSet::new();
    libraries::check(files, start, &mut found);
    preload::check(files, start, &mut found);
    scripts::check(files, start, &mut found);
    programs::check(files, start, &mut found);
    links::check(files, &mut found);
    writes::check(files, start, &mut found);
    found.into_iter().collect()
}

/// Those of `after` that are not in `given`: the findings of the original image, or of the image
/// that the rewrite stands on. A file may have moved, so they are compared by its name and by what
/// it lacks; what the container starts and writes is compared as it stands.
pub fn news(after: Vec<Finding>, given: &[Finding]) -> Vec<Finding> {
    let known: HashSet<_> = given.iter().map(Finding::key).collect();
    let is_known = |finding: &Finding| {
        if finding.kind.is_of_start() {
            given.contains(finding)
        } else {
            known.contains(&finding.key())
        }
    };
    let mut news = after;
    news.retain(|finding| !is_known(finding));
    news
}

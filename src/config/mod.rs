//! What a team has decided for its Dockerfiles: `.restage.yaml` in, the [`Settings`] of a
//! Dockerfile out.
//!
//! The nearest file upwards from a Dockerfile counts, and it alone; the search ends at the root
//! of the git work tree, or at the folder that the run is about where there is none, so that
//! nobody else's file decides. What was said later or closer wins: the command line, a comment
//! in the Dockerfile, the last of the `overrides` that fits, the file as a whole, the defaults.

mod choices;
mod file;
mod find;
mod name;
mod pattern;
#[cfg(test)]
mod schema;

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use choices::Choices;
pub use file::ConfigError;
pub use find::Finder;

use crate::input::io_reason;
use crate::options::ImageMap;
use crate::outcome::Code;
use crate::template::Templates;
use crate::verify::Wishes;
use pattern::Pattern;

/// The name of a configuration file.
pub const NAME: &str = ".restage.yaml";

/// What `restage init` writes: every key, commented, with its default.
pub const DEFAULT: &str = include_str!("default.yaml");

/// Writes [`DEFAULT`] to `path`, unless something is there. The error says why not.
pub fn init(path: &Path) -> Result<(), String> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => "exists already; it is left as it is".to_owned(),
        _ => io_reason(&error),
    })?;
    file.write_all(DEFAULT.as_bytes())
        .map_err(|error| io_reason(&error))
}

/// A configuration file that was read.
#[derive(Debug)]
pub struct Configuration {
    /// The path as the user would write it.
    pub shown: String,
    /// The folder that its patterns count from.
    root: PathBuf,
    choices: Choices,
    templates: Option<Arc<Templates>>,
    images: ImageMap,
    exclude: Vec<Pattern>,
    exclude_codes: Vec<Code>,
    wishes: Wishes,
    overrides: Vec<Override>,
}

/// Choices for some of the Dockerfiles.
#[derive(Debug)]
struct Override {
    patterns: Vec<Pattern>,
    choices: Choices,
    wishes: Wishes,
}

impl Configuration {
    /// Whether `exclude` leaves the Dockerfile out of a walk.
    pub fn excludes(&self, dockerfile: &Path) -> bool {
        let Ok(path) = dockerfile.strip_prefix(&self.root) else {
            return false;
        };
        pattern::any(&self.exclude, path)
    }

    /// What is chosen for the Dockerfile, overrides included.
    pub fn choices(&self, dockerfile: &Path) -> Choices {
        let mut choices = self.choices.clone();
        for over in self.overrides_of(dockerfile) {
            choices.take(&over.choices);
        }
        choices
    }

    /// How the Dockerfile's images are built and run for a proof, overrides included.
    pub fn wishes(&self, dockerfile: &Path) -> Wishes {
        let mut wishes = self.wishes.clone();
        for over in self.overrides_of(dockerfile) {
            wishes.take(&over.wishes);
        }
        wishes
    }

    fn overrides_of(&self, dockerfile: &Path) -> impl Iterator<Item = &Override> {
        let path = dockerfile
            .strip_prefix(&self.root)
            .ok()
            .map(Path::to_path_buf);
        let fits = move |over: &&Override| {
            path.as_ref()
                .is_some_and(|path| pattern::any(&over.patterns, path))
        };
        self.overrides.iter().filter(fits)
    }

    /// The templates of `template-dir`.
    pub fn templates(&self) -> Option<&Arc<Templates>> {
        self.templates.as_ref()
    }

    /// The names under which images are written.
    pub fn images(&self) -> &ImageMap {
        &self.images
    }

    /// Declines with these codes are what the team expects: they count as left alone.
    pub fn exclude_codes(&self) -> &[Code] {
        &self.exclude_codes
    }

    /// Patterns that no Dockerfile fitted, as errors, once everything below `walked` has been asked
    /// about: a typing error in one leaves Dockerfiles without what was chosen for them. A walk of a
    /// part of the tree says nothing about the rest.
    pub fn unused(&self, walked: &[PathBuf]) -> Vec<ConfigError> {
        if !walked.iter().any(|folder| self.root.starts_with(folder)) {
            return Vec::new();
        }
        let overrides = self.overrides.iter().flat_map(|over| &over.patterns);
        let patterns = self.exclude.iter().chain(overrides);
        patterns
            .filter(|pattern| !pattern.is_used())
            .map(|pattern| {
                let Pattern { text, line, .. } = pattern;
                ConfigError {
                    place: format!("{}:{line}", self.shown),
                    message: format!("`{text}` matches no Dockerfile"),
                }
            })
            .collect()
    }
}

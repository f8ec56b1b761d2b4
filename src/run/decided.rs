//! What is decided about a Dockerfile before it is read: the command line over the configuration
//! that counts for it. Dockerfiles that were found in, those to be worked on out, each with its
//! [`Decided`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Invocation, Settings};
use crate::config::{ConfigError, Configuration, Finder};
use crate::discover::{Found, Missed};
use crate::outcome::Code;
use crate::verify::Wishes;

/// What is decided about one Dockerfile.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    /// The choices for the rewrite.
    pub(super) settings: Settings,
    /// The build context; to be found when `None`.
    pub(super) context: Option<PathBuf>,
    /// Declines with these codes count as left alone.
    pub(super) exclude_codes: Vec<Code>,
    /// How its images are built and run for a proof.
    pub(super) wishes: Wishes,
}

/// Decides for the Dockerfiles of one run.
pub(super) struct Deciding<'i> {
    /// What the run was asked for.
    pub(super) invocation: &'i Invocation,
    /// `--context`, a canonical path.
    pub(super) context: Option<&'i Path>,
}

impl Deciding<'_> {
    /// Decides about every Dockerfile. Those whose configuration is wrong are left out; an error
    /// of that file stands in their place.
    pub(super) fn all(
        &self,
        found: Vec<Result<Found, Missed>>,
        finder: &mut Finder,
    ) -> Vec<Result<(Found, Decided), Missed>> {
        let mut wrong: BTreeMap<String, (ConfigError, usize)> = BTreeMap::new();
        let mut decided = Vec::with_capacity(found.len());
        for result in found {
            let found = match result {
                Ok(found) => found,
                Err(missed) => {
                    decided.push(Err(missed));
                    continue;
                }
            };
            let folder = found.path.parent().unwrap_or(&found.tree);
            match finder.of(folder, &found.tree) {
                Ok(Some(config)) if !found.named && config.excludes(&found.path) => {}
                Ok(config) => {
                    let own = self.of(&found.path, config.as_deref());
                    decided.push(Ok((found, own)));
                }
                Err(error) => {
                    let entry = wrong.entry(error.place.clone());
                    entry.or_insert((error, 0)).1 += 1;
                }
            }
        }
        let errors = wrong
            .into_values()
            .map(|(error, count)| Err(governs(error, count)));
        errors.chain(decided).collect()
    }

    /// What is decided about the Dockerfile at `path`, for which `config` counts.
    pub(super) fn of(&self, path: &Path, config: Option<&Configuration>) -> Decided {
        let mut choices = config
            .map(|config| config.choices(path))
            .unwrap_or_default();
        choices.take(&self.invocation.choices);
        let images = config.map(|config| config.images().clone());
        let mut options = choices.options(images.unwrap_or_default());
        options.runtime_wins = self.invocation.choices.runtime.is_some();
        let mut wishes = config.map(|config| config.wishes(path)).unwrap_or_default();
        if let Some(verify) = &self.invocation.verify {
            wishes.take(&verify.wishes);
        }
        let templates = self.invocation.templates.as_ref();
        let templates = templates.or(config.and_then(Configuration::templates));
        Decided {
            settings: Settings {
                options,
                templates: templates.map(Arc::clone).unwrap_or_default(),
            },
            context: self.context.map(Path::to_path_buf).or(choices.context),
            exclude_codes: config.map_or_else(Vec::new, |config| config.exclude_codes().to_vec()),
            wishes,
        }
    }
}

/// The error of a configuration that decides about `count` Dockerfiles.
fn governs(error: ConfigError, count: usize) -> Missed {
    let ConfigError { place, message } = error;
    let what = match count {
        1 => "the Dockerfile that it decides about is left alone".to_owned(),
        _ => format!("the {count} Dockerfiles that it decides about are left alone"),
    };
    Missed {
        shown: PathBuf::from(place),
        reason: format!("{message}; {what}"),
    }
}

/// The folders among `paths`, as canonical paths: those that were walked to their ends.
pub(super) fn walked(paths: &[PathBuf], cwd: &Path) -> Vec<PathBuf> {
    if paths.is_empty() {
        return vec![cwd.to_path_buf()];
    }
    let folders = paths
        .iter()
        .filter_map(|path| cwd.join(path).canonicalize().ok());
    folders.filter(|path| path.is_dir()).collect()
}

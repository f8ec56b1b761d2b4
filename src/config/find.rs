//! Which configuration file counts for a Dockerfile, each read once: paths in, a
//! [`Configuration`] out, or why the one that counts cannot be used.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::{self, ConfigError};
use super::{Configuration, NAME};
use crate::input::{self, InputError};

/// What a folder's configuration came to.
type Found = Option<Result<Arc<Configuration>, ConfigError>>;

/// Finds and keeps configurations.
#[derive(Debug)]
pub struct Finder {
    /// A canonical path.
    cwd: PathBuf,
    /// The file of `--config`, which is the only one then.
    given: Option<Arc<Configuration>>,
    folders: BTreeMap<PathBuf, Found>,
}

impl Finder {
    /// A finder for a run in `cwd` (a canonical path). `given` is the file of `--config`,
    /// relative to `cwd`; its patterns count from `cwd`.
    pub fn new(cwd: &Path, given: Option<&Path>) -> Result<Self, ConfigError> {
        let given = given.map(|given| {
            let path = cwd.join(given);
            let folder = path.parent().unwrap_or(cwd);
            load(&path, &given.display().to_string(), folder, cwd).map(Arc::new)
        });
        Ok(Self {
            cwd: cwd.to_path_buf(),
            given: given.transpose()?,
            folders: BTreeMap::new(),
        })
    }

    /// The configuration that counts for files in `folder`: the nearest one upwards, not above
    /// `stop`. Both are canonical paths.
    pub fn of(
        &mut self,
        folder: &Path,
        stop: &Path,
    ) -> Result<Option<Arc<Configuration>>, ConfigError> {
        if let Some(given) = &self.given {
            return Ok(Some(Arc::clone(given)));
        }
        let within = folder
            .ancestors()
            .take_while(|above| above.starts_with(stop));
        for above in within {
            if !self.folders.contains_key(above) {
                let found = self.look_in(above, stop);
                self.folders.insert(above.to_path_buf(), found);
            }
            if let Some(Some(found)) = self.folders.get(above) {
                return found.clone().map(Some);
            }
        }
        Ok(None)
    }

    fn look_in(&self, folder: &Path, stop: &Path) -> Found {
        let path = folder.join(NAME);
        path.symlink_metadata().ok()?;
        let shown = path.strip_prefix(&self.cwd).unwrap_or(&path);
        let shown = shown.display().to_string();
        let outside = |real: PathBuf| !real.starts_with(stop);
        if fs::canonicalize(&path).is_ok_and(outside) {
            let message = format!("is a link out of `{}`", stop.display());
            return Some(Err(ConfigError {
                place: shown,
                message,
            }));
        }
        Some(load(&path, &shown, folder, folder).map(Arc::new))
    }

    /// Every configuration that was used, in the order of their folders.
    pub fn used(&self) -> impl Iterator<Item = &Configuration> {
        let found = self.folders.values().flatten();
        let found = found.filter_map(|found| found.as_ref().ok());
        self.given.iter().chain(found).map(AsRef::as_ref)
    }
}

fn load(
    path: &Path,
    shown: &str,
    folder: &Path,
    root: &Path,
) -> Result<Configuration, ConfigError> {
    let wrong = |message: String| ConfigError {
        place: shown.to_owned(),
        message,
    };
    let bytes = input::bytes_of(path).map_err(|error| {
        wrong(match error {
            InputError::TooLarge => format!("is larger than {} MiB", input::LIMIT >> 20),
            InputError::NotAFile(kind) => format!("is {kind}, not a file"),
            error => error.to_string(),
        })
    })?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    file::read(text, shown, folder, root)
}

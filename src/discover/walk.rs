//! One walk over a folder, on every processor: the Dockerfiles in it out, and what describes builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{Found, Missed, Place, is_dockerfile_name, resolve};
use crate::input::io_reason;
use crate::project::usage::{is_description, may_describe};

/// A walk that is to be made.
pub(super) struct Walk<'w> {
    folder: &'w Path,
    place: &'w Place<'w>,
    /// The folder behind all links.
    real: Option<PathBuf>,
    excluded: Override,
}

/// What a walk comes upon.
enum Seen {
    Dockerfile(Result<Found, Missed>),
    Description(String),
}

impl<'w> Walk<'w> {
    /// A walk over `folder`, for Dockerfiles that no glob of `exclude` fits. The error says which
    /// glob is wrong.
    pub(super) fn new(
        folder: &'w Path,
        place: &'w Place<'w>,
        exclude: &[String],
    ) -> Result<Self, String> {
        Ok(Self {
            folder,
            place,
            real: fs::canonicalize(folder).ok(),
            excluded: overrides(folder, place.cwd, exclude)?,
        })
    }

    /// The Dockerfiles, and the paths of build descriptions relative to the folder, in any order.
    pub(super) fn run(&self) -> (Vec<Result<Found, Missed>>, Vec<String>) {
        let seen = Mutex::new(Vec::new());
        let mut builder = WalkBuilder::new(self.folder);
        builder.current_dir(self.place.cwd);
        // What is hidden holds no Dockerfile, but some of it says how they are built.
        builder.hidden(false).filter_entry(|entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !is_dir || !name.starts_with('.') || may_describe(&name)
        });
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                let some = match &entry {
                    Ok(entry) => self.look_at(entry),
                    Err(error) => self.error(error),
                };
                if let (Some(some), Ok(mut seen)) = (some, seen.lock()) {
                    seen.push(some);
                }
                WalkState::Continue
            })
        });
        let (mut found, mut descriptions) = (Vec::new(), Vec::new());
        for seen in seen.into_inner().unwrap_or_default() {
            match seen {
                Seen::Dockerfile(result) => found.push(result),
                Seen::Description(path) => descriptions.push(path),
            }
        }
        (found, descriptions)
    }

    fn look_at(&self, entry: &DirEntry) -> Option<Seen> {
        let path = entry.path();
        if is_dockerfile_name(&entry.file_name().to_string_lossy()) && !self.is_left_out(path) {
            return self.dockerfile(entry).map(Seen::Dockerfile);
        }
        let below = path.strip_prefix(self.folder).ok()?.to_str()?;
        is_description(below).then(|| Seen::Description(below.to_owned()))
    }

    fn dockerfile(&self, entry: &DirEntry) -> Option<Result<Found, Missed>> {
        let path = entry.path();
        let tree = self.real.as_deref();
        let kind = entry.file_type()?;
        // No link was followed on the way here, so that the real path is known.
        let below = path.strip_prefix(self.folder).ok();
        if let Some((tree, below)) = tree.zip(below.filter(|_| kind.is_file())) {
            let real = tree.join(below);
            return Some(Ok(self.place.found(path, real.clone(), real, Some(tree))));
        }
        // A folder may be called Dockerfile, and so may a link to one.
        (!path.is_dir()).then(|| resolve(path, self.place, tree))
    }

    /// Whether nobody looks for Dockerfiles there: it is hidden, or a glob fits it.
    fn is_left_out(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(self.folder) else {
            return false;
        };
        let mut parts = below.components();
        if parts.any(|part| part.as_os_str().to_string_lossy().starts_with('.')) {
            return true;
        }
        let fits = |above: &Path| self.excluded.matched(above, above != path).is_ignore();
        !self.excluded.is_empty()
            && path
                .ancestors()
                .take_while(|above| *above != self.folder)
                .any(fits)
    }

    /// An error of the walk. The walker's carry the path in front of the reason; here they are
    /// kept apart.
    fn error(&self, error: &ignore::Error) -> Option<Seen> {
        let mut inner = error;
        let mut path = self.folder;
        let reason = loop {
            match inner {
                ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
                ignore::Error::WithDepth { err, .. }
                | ignore::Error::WithLineNumber { err, .. } => inner = err,
                ignore::Error::Io(error) => break io_reason(error),
                other => break other.to_string(),
            }
        };
        let is_left_out = self.is_left_out(path);
        (!is_left_out).then(|| Seen::Dockerfile(Err(self.place.missed(path, reason))))
    }
}

/// `exclude` as the walker wants it. Globs count from `cwd`, or from the folder if it lies outside.
fn overrides(folder: &Path, cwd: &Path, exclude: &[String]) -> Result<Override, String> {
    let below = folder
        .strip_prefix(cwd)
        .is_ok_and(|rest| !rest.starts_with(".."));
    let mut builder = OverrideBuilder::new(if below { cwd } else { folder });
    let wrong = |glob: &str, error: ignore::Error| match error {
        // The library's own text shows the `!` that stands in front of the glob here.
        ignore::Error::Glob { err, .. } => format!("`--exclude {glob}`: {err}"),
        error => format!("`--exclude {glob}`: {error}"),
    };
    for glob in exclude {
        let added = builder.add(&format!("!{glob}"));
        added.map_err(|error| wrong(glob, error))?;
    }
    builder
        .build()
        .map_err(|error| wrong(&exclude.join(" "), error))
}

//! The patterns of a configuration: globs in the manner of gitignore, each with its line and
//! with whether anything has fitted it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// One pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// As written.
    pub(super) text: String,
    /// The line of the configuration that it stands on, counted from 1.
    pub(super) line: usize,
    matcher: Gitignore,
    used: AtomicBool,
}

impl Pattern {
    /// Reads a pattern. The error says what is wrong with it.
    pub(super) fn new(text: &str, line: usize) -> Result<Self, String> {
        if text.is_empty() || text.starts_with(['!', '#']) {
            return Err(format!("`{text}` is not a pattern for paths"));
        }
        let mut builder = GitignoreBuilder::new("");
        let wrong = |error: ignore::Error| match error {
            ignore::Error::Glob { err, .. } => format!("`{text}`: {err}"),
            error => format!("`{text}`: {error}"),
        };
        builder.add_line(None, text).map_err(wrong)?;
        Ok(Self {
            text: text.to_owned(),
            line,
            matcher: builder.build().map_err(wrong)?,
            used: AtomicBool::new(false),
        })
    }

    /// Whether `path`, relative to the patterns' root, or a folder above it fits.
    fn fits(&self, path: &Path) -> bool {
        let fits = self
            .matcher
            .matched_path_or_any_parents(path, false)
            .is_ignore();
        if fits {
            self.used.store(true, Ordering::Relaxed);
        }
        fits
    }

    /// Whether anything has fitted.
    pub(super) fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

/// Whether one of the patterns fits. All are asked, so that none counts as unused that is not.
pub(super) fn any(patterns: &[Pattern], path: &Path) -> bool {
    patterns.iter().filter(|pattern| pattern.fits(path)).count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_files_and_what_lies_below_folders() {
        for (pattern, path, fits) in [
            ("services", "services/api/Dockerfile", true),
            ("/api", "services/api/Dockerfile", false),
            ("services/**", "services/api/Dockerfile", true),
            ("*.Dockerfile", "a/b/x.Dockerfile", true),
            (
                "services/*/Dockerfile",
                "services/api/Dockerfile.dev",
                false,
            ),
        ] {
            let pattern = Pattern::new(pattern, 1).unwrap();
            assert_eq!(pattern.fits(Path::new(path)), fits, "{pattern:?}");
            assert_eq!(pattern.is_used(), fits);
        }
        for wrong in ["", "!a", "a{", "# b"] {
            assert!(Pattern::new(wrong, 1).is_err(), "{wrong}");
        }
    }
}

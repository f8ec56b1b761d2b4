//! The entries of a build context, as data. In: paths that were found. Out: files below a
//! directory, children of one, paths that match a COPY source; always sorted.

use std::{collections::BTreeMap, ops::Bound};

use super::{
    context::Gap,
    glob::{Dialect, Glob},
    paths,
};

/// What COPY can see, and what the walk had to leave out.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    entries: BTreeMap<String, Kind>,
    gaps: Vec<Gap>,
}

/// What an entry is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file, or a link to something inside the root.
    File,
    /// A directory.
    Dir,
}

impl Listing {
    /// Adds an entry, and the directories on the way to it.
    pub(super) fn add(&mut self, path: &str, kind: Kind) {
        for step in paths::steps(path) {
            if step.len() < path.len() && !self.entries.contains_key(step) {
                self.entries.insert(step.to_owned(), Kind::Dir);
            }
        }
        self.entries.insert(path.to_owned(), kind);
    }

    /// Notes that something is left out.
    pub(super) fn note(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Puts the notes in order, once the listing is done.
    pub(super) fn finish(mut self) -> Self {
        self.gaps.sort();
        self.gaps.dedup();
        self
    }

    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Every entry strictly below a directory; "" is the root.
    pub(super) fn below<'a>(
        &'a self,
        dir: &str,
    ) -> impl Iterator<Item = (&'a str, Kind)> + use<'a> {
        // `0` follows `/` in ASCII: between the two lies exactly what begins with `dir/`.
        let (from, to) = if dir.is_empty() {
            (Bound::Unbounded, Bound::Unbounded)
        } else {
            (
                Bound::Excluded(format!("{dir}/")),
                Bound::Excluded(format!("{dir}0")),
            )
        };
        self.entries
            .range((from, to))
            .map(|(path, kind)| (path.as_str(), *kind))
    }

    /// Every file below a directory.
    pub(super) fn files<'a>(&'a self, dir: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.below(dir)
            .filter(|(_, kind)| *kind == Kind::File)
            .map(|(path, _)| path)
    }

    /// The entries directly in a directory.
    pub(super) fn children(&self, dir: &str) -> Vec<&str> {
        self.below(dir)
            .map(|(path, _)| path)
            .filter(|path| paths::split(path).0 == dir)
            .collect()
    }

    /// The entries whose whole path matches a pattern of `filepath.Match`; none where the pattern
    /// is malformed.
    pub(super) fn matches(&self, pattern: &str) -> Vec<&str> {
        let Some(glob) = Glob::new(pattern, Dialect::FilepathMatch) else {
            return Vec::new();
        };
        self.below(&glob.literal_dir())
            .map(|(path, _)| path)
            .filter(|path| glob.matches(path))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let mut listing = Listing::default();
        for path in ["a/x.go", "a/b/y.go", "a-b/z.go", "a0", "main.go"] {
            listing.add(path, Kind::File);
        }
        listing
    }

    #[test]
    fn a_directory_holds_what_lies_below_it_and_no_namesake() {
        let listing = listing();
        assert_eq!(
            listing.files("a").collect::<Vec<_>>(),
            ["a/b/y.go", "a/x.go"]
        );
        assert_eq!(listing.children("a"), ["a/b", "a/x.go"]);
        assert_eq!(listing.children(""), ["a", "a-b", "a0", "main.go"]);
        assert_eq!(listing.children("a/b"), ["a/b/y.go"]);
        assert!(listing.children("a0").is_empty());
    }

    #[test]
    fn patterns_name_files_and_directories() {
        let listing = listing();
        assert_eq!(listing.matches("*"), ["a", "a-b", "a0", "main.go"]);
        assert_eq!(listing.matches("a/*"), ["a/b", "a/x.go"]);
        assert_eq!(listing.matches("*/*.go"), ["a-b/z.go", "a/x.go"]);
        assert_eq!(listing.matches("[m]ain.??"), ["main.go"]);
        assert!(listing.matches("[").is_empty());
    }
}

//! The build context. In: a folder and the ignore file that goes with a Dockerfile. Out: which
//! paths COPY can see, and the text of files.
//!
//! Paths are relative to the root, with `/`; arguments may be written `./a//b/../c` or `/a`, and
//! one that climbs above the root names nothing. The root itself is the empty string.

use std::{io, path::Path};

/// Why the listing or a reading of the context is not whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// More entries than are listed (200,000).
    TooManyEntries,
    /// A directory below the deepest level that is listed (64).
    TooDeep(String),
    /// A link whose target lies outside the root.
    OutsideLink(String),
    /// A link whose target does not exist.
    DanglingLink(String),
    /// A name that is not UTF-8, printed with replacement characters.
    NameNotUtf8(String),
    /// A directory that cannot be listed.
    Unreadable(String),
}

/// The folder that a Dockerfile is built from, seen through its ignore file.
#[derive(Debug)]
pub struct BuildContext {}

impl BuildContext {
    /// The context on `root`. `dockerfile` is the path by which the Dockerfile can be opened
    /// (absolute, or relative to the current directory); `<dockerfile>.dockerignore` beside it
    /// wins over the root's `.dockerignore`.
    ///
    /// # Errors
    /// `root` is not a directory that can be read, or an ignore file exists and cannot be read.
    pub fn open(_root: &Path, _dockerfile: Option<&Path>) -> io::Result<Self> {
        Ok(Self {})
    }

    /// No context: a Dockerfile from standard input. Nothing exists.
    pub fn empty() -> Self {
        Self {}
    }

    /// A context held in memory, from `(path, text)` pairs; a `.dockerignore` among them counts.
    pub fn from_texts<P: AsRef<str>, T: AsRef<str>>(
        _files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {}
    }

    /// Whether this is [`empty`](Self::empty): "not found" then says nothing about the project.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Whether COPY can see a file or directory of this path. Asks the disk, walks nothing.
    pub fn exists(&self, path: &str) -> bool {
        self.is_file(path) || self.is_dir(path)
    }

    /// Whether COPY can see a regular file (or a link to one inside the root) of this path.
    pub fn is_file(&self, _path: &str) -> bool {
        false
    }

    /// Whether COPY can see a directory of this path.
    pub fn is_dir(&self, _path: &str) -> bool {
        false
    }

    /// Whether the path exists and the ignore file hides it.
    pub fn is_hidden(&self, _path: &str) -> bool {
        false
    }

    /// Text of a file that COPY can see: regular, at most 2 MiB, UTF-8 (a BOM is left out).
    pub fn read(&self, _path: &str) -> Option<&str> {
        None
    }

    /// As [`read`](Self::read), for files that the ignore file may hide (a compose file, CI).
    pub fn read_hidden(&self, _path: &str) -> Option<&str> {
        None
    }

    /// Every file that COPY can see, sorted. Not walked: `.git`, `node_modules`, and `target`
    /// beside a `Cargo.toml`.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The files of [`files`](Self::files) below a directory, at any depth, sorted.
    pub fn files_under(&self, _dir: &str) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// Paths of the entries directly in a directory (files and directories), sorted.
    pub fn children(&self, _dir: &str) -> Vec<&str> {
        Vec::new()
    }

    /// Paths of the entries directly in the root, sorted.
    pub fn top_level(&self) -> Vec<&str> {
        self.children("")
    }

    /// What a COPY source names: Go's `filepath.Match` over files and directories, sorted. A
    /// pattern without wildcards gives the path itself where it exists; `.` gives the root, "".
    pub fn matches(&self, _pattern: &str) -> Vec<String> {
        Vec::new()
    }

    /// Why the listing is not whole; empty when it is. Walks the tree.
    pub fn gaps(&self) -> &[Gap] {
        &[]
    }
}

//! The build context. In: a folder and the ignore file that goes with a Dockerfile. Out: which
//! paths COPY can see, and the text of files.
//!
//! Paths are relative to the root, with `/`; arguments may be written `./a//b/../c` or `/a`, and
//! one that climbs above the root names nothing. The root itself is the empty string.
//!
//! Questions about one path go to the disk, which lists each folder on the way once; the tree is
//! walked when a list is asked for.
//! The files are hostile: no link is followed out of the root, only regular files are opened, and
//! sizes, depth and number are bounded.

mod disk;
mod folder;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

pub use disk::Disk;
use elsa::sync::FrozenMap;

use super::{
    glob,
    ignorefile::IgnoreFile,
    listing::{Kind, Listing},
    paths,
};

/// Why the listing of a context is not whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// More entries than are listed (200,000).
    TooManyEntries,
    /// A directory at the deepest level that is listed (64): what it holds is not.
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
pub struct BuildContext {
    tree: Tree,
    ignore: IgnoreFile,
    listing: OnceLock<Listing>,
    texts: FrozenMap<String, Box<Option<String>>>,
}

enum Tree {
    Nothing,
    Memory(BTreeMap<String, String>),
    Disk(disk::Root),
}

/// A path that exists, all links followed.
struct Found<'a> {
    kind: Kind,
    /// Where it really lies, relative to the root.
    real: Cow<'a, str>,
}

impl BuildContext {
    /// The context on `root`. `dockerfile` is the path by which the Dockerfile can be opened
    /// (absolute, or relative to the current directory); `<dockerfile>.dockerignore` beside it
    /// wins over the root's `.dockerignore`.
    ///
    /// # Errors
    /// `root` is not a directory that can be read, or an ignore file exists and cannot be read.
    pub fn open(root: &Path, dockerfile: Option<&Path>) -> io::Result<Self> {
        Self::of(disk::Root::new(root, None)?, dockerfile)
    }

    /// As [`open`](Self::open); what `disk` has listed is not listed again.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_in(disk: &Arc<Disk>, root: &Path, dockerfile: Option<&Path>) -> io::Result<Self> {
        Self::of(disk::Root::new(root, Some(disk))?, dockerfile)
    }

    fn of(root: disk::Root, dockerfile: Option<&Path>) -> io::Result<Self> {
        let own = dockerfile.map(|it| disk::present(&ignore_file_of(it)));
        let ignore = match own.transpose()?.flatten() {
            Some(own) => Some(own),
            None => root.file(".dockerignore")?,
        };
        let ignore = IgnoreFile::parse(&String::from_utf8_lossy(&ignore.unwrap_or_default()));
        Ok(Self::new(Tree::Disk(root), ignore))
    }

    /// No context: a Dockerfile from standard input. Nothing exists.
    pub fn empty() -> Self {
        Self::new(Tree::Nothing, IgnoreFile::default())
    }

    /// A context held in memory, from `(path, text)` pairs; `Dockerfile.dockerignore` or
    /// `.dockerignore` among them counts. A path that climbs above the root is left out.
    pub fn from_texts<P: AsRef<str>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        let files: BTreeMap<String, String> = files
            .into_iter()
            .filter_map(|(path, text)| {
                Some((paths::normalise(path.as_ref())?, text.as_ref().to_owned()))
            })
            .collect();
        let ignore = ["Dockerfile.dockerignore", ".dockerignore"]
            .iter()
            .find_map(|name| files.get(*name))
            .map_or_else(IgnoreFile::default, |text| IgnoreFile::parse(text));
        Self::new(Tree::Memory(files), ignore)
    }

    fn new(tree: Tree, ignore: IgnoreFile) -> Self {
        Self {
            tree,
            ignore,
            listing: OnceLock::new(),
            texts: FrozenMap::new(),
        }
    }

    /// Whether this is [`empty`](Self::empty): "not found" then says nothing about the project.
    pub fn is_empty(&self) -> bool {
        matches!(self.tree, Tree::Nothing)
    }

    /// The ignore file in force; one without patterns if there is none.
    pub fn ignore_file(&self) -> &IgnoreFile {
        &self.ignore
    }

    /// Whether COPY can see a file or directory of this path. Asks the disk, walks nothing.
    pub fn exists(&self, path: &str) -> bool {
        self.visible_kind(path).is_some()
    }

    /// Whether COPY can see a regular file (or a link to one inside the root) of this path.
    pub fn is_file(&self, path: &str) -> bool {
        self.visible_kind(path) == Some(Kind::File)
    }

    /// Whether COPY can see a directory (or a link to one inside the root) of this path. A hidden
    /// directory counts if an exception lets a file below it in; only that question walks the tree.
    pub fn is_dir(&self, path: &str) -> bool {
        self.visible_kind(path) == Some(Kind::Dir)
    }

    /// Whether the path exists and the ignore file hides it.
    pub fn is_hidden(&self, path: &str) -> bool {
        paths::normalise(path).is_some_and(|path| self.find(&path).is_some()) && !self.exists(path)
    }

    /// Text of a file that COPY can see: regular, at most 2 MiB, UTF-8 (a BOM is left out).
    pub fn read(&self, path: &str) -> Option<&str> {
        self.is_file(path).then(|| self.read_hidden(path)).flatten()
    }

    /// As [`read`](Self::read), for files that the ignore file may hide (a compose file, CI).
    pub fn read_hidden(&self, path: &str) -> Option<&str> {
        let path = paths::normalise(path)?;
        if let Some(text) = self.texts.get(&path) {
            return text.as_deref();
        }
        let text = self.text(&path).map(Cow::into_owned);
        self.texts.insert(path, Box::new(text)).as_deref()
    }

    /// Every file that COPY can see, links included, sorted. Not walked: `.git`, `node_modules`,
    /// and `target` beside a `Cargo.toml`.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.listing().files("")
    }

    /// The files of [`files`](Self::files) below a directory, at any depth, sorted.
    pub fn files_under<'a>(&'a self, dir: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let dir = paths::normalise(dir);
        dir.into_iter().flat_map(|dir| self.listing().files(&dir))
    }

    /// Paths of the entries directly in a directory (files and directories), sorted.
    pub fn children(&self, dir: &str) -> Vec<&str> {
        paths::normalise(dir).map_or_else(Vec::new, |dir| self.listing().children(&dir))
    }

    /// Paths of the entries directly in the root, sorted.
    pub fn top_level(&self) -> Vec<&str> {
        self.children("")
    }

    /// What a COPY source names: Go's `filepath.Match` over files and directories, sorted. A
    /// pattern without wildcards gives the path itself where it exists; `.` gives the root, "".
    pub fn matches(&self, pattern: &str) -> Vec<String> {
        let Some(pattern) = paths::normalise(pattern) else {
            return Vec::new();
        };
        if glob::is_literal(&pattern) {
            return self
                .exists(&pattern)
                .then_some(pattern)
                .into_iter()
                .collect();
        }
        let found = self.listing().matches(&pattern);
        found.into_iter().map(str::to_owned).collect()
    }

    /// Why the listing is not whole; empty when it is. Walks the tree.
    pub fn gaps(&self) -> &[Gap] {
        self.listing().gaps()
    }

    /// Text of a file by its normalised path, hidden or not, kept nowhere: for one reading of many.
    pub(super) fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        match &self.tree {
            Tree::Nothing => None,
            Tree::Memory(files) => files
                .get(path)
                .map(|text| Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text))),
            Tree::Disk(root) => {
                let (_, real) = root.find(path)?;
                let text = String::from_utf8(root.load(&real).ok()?).ok()?;
                Some(Cow::Owned(match text.strip_prefix('\u{feff}') {
                    Some(rest) => rest.to_owned(),
                    None => text,
                }))
            }
        }
    }

    /// Whether the tree has a regular file of this normalised path, hidden or not.
    pub(super) fn is_there(&self, path: &str) -> bool {
        self.find(path)
            .is_some_and(|found| found.kind == Kind::File)
    }

    fn visible_kind(&self, path: &str) -> Option<Kind> {
        let path = paths::normalise(path)?;
        let found = self.find(&path)?;
        let seen = |path: &str| match found.kind {
            _ if !self.ignore.hides(path) => true,
            Kind::File => false,
            Kind::Dir => {
                self.ignore.may_reveal_below(path) && self.listing().files(path).next().is_some()
            }
        };
        // A link into a hidden place is in the context, and dangles there.
        (seen(&path) && (found.real == path || seen(&found.real))).then_some(found.kind)
    }

    /// A normalised path on the disk, hidden or not: a regular file or a directory in the root.
    fn find<'a>(&self, path: &'a str) -> Option<Found<'a>> {
        match &self.tree {
            Tree::Nothing => None,
            Tree::Memory(files) => {
                let kind = if files.contains_key(path) {
                    Kind::File
                } else if path.is_empty() || holds_dir(files, path) {
                    Kind::Dir
                } else {
                    return None;
                };
                let real = Cow::Borrowed(path);
                Some(Found { kind, real })
            }
            Tree::Disk(root) => {
                let (kind, real) = root.find(path)?;
                Some(Found { kind, real })
            }
        }
    }

    fn listing(&self) -> &Listing {
        self.listing.get_or_init(|| match &self.tree {
            Tree::Nothing => Listing::default(),
            Tree::Memory(files) => {
                let mut listing = Listing::default();
                for path in files.keys().filter(|path| !self.ignore.hides(path)) {
                    listing.add(path, Kind::File);
                }
                listing
            }
            Tree::Disk(root) => root.list(&self.ignore),
        })
    }
}

impl fmt::Debug for BuildContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = match &self.tree {
            Tree::Nothing => "nothing".to_owned(),
            Tree::Memory(files) => format!("{} texts", files.len()),
            Tree::Disk(root) => root.display(),
        };
        f.debug_tuple("BuildContext").field(&root).finish()
    }
}

fn holds_dir(files: &BTreeMap<String, String>, path: &str) -> bool {
    let below = format!("{path}/");
    files
        .range(below.clone()..)
        .next()
        .is_some_and(|(first, _)| first.starts_with(&below))
}

fn ignore_file_of(dockerfile: &Path) -> PathBuf {
    let mut name = dockerfile.as_os_str().to_owned();
    name.push(".dockerignore");
    PathBuf::from(name)
}

// The trees under test have links, sockets and permissions of Unix.
#[cfg(test)]
#[cfg(unix)]
mod tests;

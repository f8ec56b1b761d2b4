//! The disk below a build context: the only place that touches the file system. In: a root, and
//! paths below it. Out: what exists, bytes of files, and the listing of the tree.

use std::{
    borrow::Cow,
    collections::VecDeque,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Gap;
use super::folder::{Below, Folder, Way, What};
use crate::project::{
    ignorefile::{IgnoreFile, Verdict},
    listing::{Kind, Listing},
    paths,
};

pub(super) const MAX_ENTRIES: usize = 200_000;
pub(super) const MAX_DEPTH: usize = 64;
pub(super) const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// A tree on the disk, whose folders are each listed once. Build contexts in the same tree share it.
#[derive(Debug)]
pub struct Disk {
    /// A canonical path.
    root: PathBuf,
    top: Below,
}

impl Disk {
    /// The tree at `root`, a canonical path. Nothing is read before it is asked for.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            top: Below::default(),
        }
    }
}

/// The folder of a build context.
pub(super) struct Root {
    disk: Arc<Disk>,
    /// Its path below that of the disk, with `/` behind it; empty for the same.
    below: String,
    /// A canonical path.
    path: PathBuf,
}

impl Root {
    /// The folder at `path`, in `disk` if it lies there.
    ///
    /// # Errors
    /// It does not exist, cannot be reached, or is no directory.
    pub(super) fn new(path: &Path, disk: Option<&Arc<Disk>>) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        if !fs::metadata(&path)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let shared = disk.and_then(|disk| {
            let below = path.strip_prefix(&disk.root).ok()?.to_str()?;
            let behind = if below.is_empty() { "" } else { "/" };
            Some((Arc::clone(disk), format!("{below}{behind}")))
        });
        let (disk, below) = shared.unwrap_or_else(|| (Arc::new(Disk::new(&path)), String::new()));
        Ok(Self { disk, below, path })
    }

    /// The bytes of a file right in the folder; `None` if there is nothing of that name.
    pub(super) fn file(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.way(name) {
            Way::Nowhere => Ok(None),
            Way::To(_) | Way::Unknown => present(&self.path.join(name)),
        }
    }

    /// What a path leads to, all links followed, and where that really lies; none if it lies
    /// outside of the root, or is neither a regular file nor a directory.
    pub(super) fn find<'p>(&self, path: &'p str) -> Option<(Kind, Cow<'p, str>)> {
        if path.is_empty() {
            return Some((Kind::Dir, Cow::Borrowed(path)));
        }
        let kind = match self.way(path) {
            Way::To(What::File) => Kind::File,
            Way::To(What::Folder(_)) => Kind::Dir,
            Way::To(What::Link | What::Other) | Way::Nowhere => return None,
            Way::Unknown => return self.follow(path),
        };
        Some((kind, Cow::Borrowed(path)))
    }

    /// As [`find`](Self::find), with the system following links.
    fn follow(&self, path: &str) -> Option<(Kind, Cow<'static, str>)> {
        let real = fs::canonicalize(self.path.join(path)).ok()?;
        let kind = kind_of(&fs::metadata(&real).ok()?)?;
        let real = real.strip_prefix(&self.path).ok()?.to_str()?.to_owned();
        Some((kind, Cow::Owned(real)))
    }

    /// The bytes of a file by the path where it really lies.
    pub(super) fn load(&self, real: &str) -> io::Result<Vec<u8>> {
        load(&self.path.join(real))
    }

    /// Everything below the root that COPY can see.
    pub(super) fn list(&self, ignore: &IgnoreFile) -> Listing {
        Walk::over(self, ignore)
    }

    pub(super) fn display(&self) -> String {
        self.path.display().to_string()
    }

    fn way(&self, path: &str) -> Way<'_> {
        let path = format!("{}{path}", self.below);
        self.disk.top.way(&self.disk.root, &path)
    }

    /// The entries of a folder; "" is the root.
    fn folder(&self, path: &str) -> Option<&Folder> {
        let place = || self.path.join(path);
        let from_top = format!("{}{path}", self.below);
        match from_top.trim_end_matches('/') {
            "" => self.disk.top.entries(place),
            from_top => match self.disk.top.way(&self.disk.root, from_top) {
                Way::To(What::Folder(below)) => below.entries(place),
                _ => None,
            },
        }
    }
}

/// One walk over a tree on disk, level by level, so that the bound on the number of entries cuts
/// off what lies deepest.
struct Walk<'a> {
    root: &'a Root,
    ignore: &'a IgnoreFile,
    listing: Listing,
    pending: VecDeque<Pending>,
    seen: usize,
}

/// A directory still to be listed.
struct Pending {
    path: String,
    depth: usize,
    verdict: Verdict,
}

impl<'a> Walk<'a> {
    fn over(root: &'a Root, ignore: &'a IgnoreFile) -> Listing {
        let mut walk = Self {
            root,
            ignore,
            listing: Listing::default(),
            pending: VecDeque::new(),
            seen: 0,
        };
        walk.pending.push_back(Pending {
            path: String::new(),
            depth: 0,
            verdict: Verdict::default(),
        });
        while let Some(dir) = walk.pending.pop_front() {
            if walk.list(&dir).is_err() {
                walk.listing.note(Gap::TooManyEntries);
                break;
            }
        }
        walk.listing.finish()
    }

    /// Lists one directory; an error means that the bound on entries is reached.
    fn list(&mut self, dir: &Pending) -> Result<(), ()> {
        let Some(folder) = self.root.folder(&dir.path) else {
            self.listing.note(Gap::Unreadable(dir.path.clone()));
            return Ok(());
        };
        for name in folder.odd() {
            self.seen += 1;
            let shown = paths::join(&dir.path, name);
            self.listing.note(Gap::NameNotUtf8(shown));
        }
        let is_crate = folder.get("Cargo.toml").is_some();
        for entry in folder.entries() {
            self.seen += 1;
            if self.seen > MAX_ENTRIES {
                return Err(());
            }
            let name = &*entry.name;
            let path = paths::join(&dir.path, name);
            let verdict = self.ignore.judge(&path, &dir.verdict);
            match entry.what {
                What::Folder(_) => {
                    let is_heavy =
                        matches!(name, ".git" | "node_modules") || (is_crate && name == "target");
                    self.directory(path, dir.depth + 1, verdict, is_heavy);
                }
                _ if verdict.hidden => {}
                What::File => self.listing.add(&path, Kind::File),
                What::Link => self.link(path),
                What::Other => {}
            }
        }
        Ok(())
    }

    fn directory(&mut self, path: String, depth: usize, verdict: Verdict, is_heavy: bool) {
        if verdict.hidden && !self.ignore.may_reveal_below(&path) {
            return;
        }
        if !verdict.hidden {
            self.listing.add(&path, Kind::Dir);
        }
        if is_heavy {
            return;
        }
        if depth >= MAX_DEPTH {
            self.listing.note(Gap::TooDeep(path));
            return;
        }
        self.pending.push_back(Pending {
            path,
            depth,
            verdict,
        });
    }

    fn link(&mut self, path: String) {
        let root = &self.root.path;
        match fs::canonicalize(root.join(&path)) {
            Ok(target) if target.starts_with(root) => self.listing.add(&path, Kind::File),
            Ok(_) => self.listing.note(Gap::OutsideLink(path)),
            Err(_) => self.listing.note(Gap::DanglingLink(path)),
        }
    }
}

fn kind_of(metadata: &fs::Metadata) -> Option<Kind> {
    if metadata.is_file() {
        Some(Kind::File)
    } else if metadata.is_dir() {
        Some(Kind::Dir)
    } else {
        None
    }
}

/// The bytes of a file, as [`load`] reads them; `None` if there is none.
pub(super) fn present(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match load(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Bytes of a regular file of at most 2 MiB. The type is asked before the file is opened, because
/// to open a FIFO waits for its writer.
fn load(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    // With room for all of it, and one byte to see that it ends: two reads are enough.
    let room = usize::try_from(metadata.len()).unwrap_or_default() + 1;
    let mut bytes = Vec::with_capacity(room);
    fs::File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES) {
        Ok(bytes)
    } else {
        Err(io::Error::from(io::ErrorKind::FileTooLarge))
    }
}

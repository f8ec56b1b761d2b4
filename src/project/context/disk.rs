//! The disk below a build context: the only place that touches the file system. In: a root, and
//! paths below it. Out: what exists, bytes of files, and the listing of the tree.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::Gap;
use crate::project::{
    ignorefile::{IgnoreFile, Verdict},
    listing::{Kind, Listing},
    paths,
};

const MAX_ENTRIES: usize = 200_000;
pub(super) const MAX_DEPTH: usize = 64;
pub(super) const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The canonical path of a directory.
///
/// # Errors
/// It does not exist, cannot be reached, or is no directory.
pub(super) fn root(path: &Path) -> io::Result<PathBuf> {
    let root = fs::canonicalize(path)?;
    if fs::metadata(&root)?.is_dir() {
        Ok(root)
    } else {
        Err(io::Error::from(io::ErrorKind::NotADirectory))
    }
}

/// What a path below the root leads to, all links followed, and where that really lies; none if
/// it lies outside of the root, or is neither a regular file nor a directory.
pub(super) fn find(root: &Path, path: &str) -> Option<(Kind, String)> {
    let real = fs::canonicalize(root.join(path)).ok()?;
    let kind = kind_of(&fs::metadata(&real).ok()?)?;
    let real = real.strip_prefix(root).ok()?.to_str()?.to_owned();
    Some((kind, real))
}

/// Everything below the root that COPY can see.
pub(super) fn list(root: &Path, ignore: &IgnoreFile) -> Listing {
    Walk::over(root, ignore)
}

/// One walk over a tree on disk, level by level, so that the bound on the number of entries cuts
/// off what lies deepest.
struct Walk<'a> {
    root: &'a Path,
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
    fn over(root: &'a Path, ignore: &'a IgnoreFile) -> Listing {
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

    #[expect(
        clippy::disallowed_methods,
        reason = "the listing itself: links are not followed"
    )]
    /// Lists one directory; an error means that the bound on entries is reached.
    fn list(&mut self, dir: &Pending) -> Result<(), ()> {
        let Ok(entries) = fs::read_dir(self.root.join(&dir.path)) else {
            self.listing.note(Gap::Unreadable(dir.path.clone()));
            return Ok(());
        };
        let mut names: Vec<(OsString, fs::FileType)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.file_name(), entry.file_type().ok()?))
            })
            .take(MAX_ENTRIES)
            .collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        let is_crate = names.iter().any(|(name, _)| name == "Cargo.toml");
        for (name, file_type) in names {
            self.seen += 1;
            if self.seen > MAX_ENTRIES {
                return Err(());
            }
            let Some(name) = name.to_str() else {
                let shown = paths::join(&dir.path, &name.to_string_lossy());
                self.listing.note(Gap::NameNotUtf8(shown));
                continue;
            };
            let path = paths::join(&dir.path, name);
            let verdict = self.ignore.judge(&path, &dir.verdict);
            if file_type.is_dir() {
                let is_heavy =
                    matches!(name, ".git" | "node_modules") || (is_crate && name == "target");
                self.directory(path, dir.depth + 1, verdict, is_heavy);
            } else if !verdict.hidden {
                self.leaf(path, file_type);
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

    fn leaf(&mut self, path: String, file_type: fs::FileType) {
        if file_type.is_file() {
            self.listing.add(&path, Kind::File);
        } else if file_type.is_symlink() {
            match fs::canonicalize(self.root.join(&path)) {
                Ok(target) if target.starts_with(self.root) => self.listing.add(&path, Kind::File),
                Ok(_) => self.listing.note(Gap::OutsideLink(path)),
                Err(_) => self.listing.note(Gap::DanglingLink(path)),
            }
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

/// Bytes of a regular file of at most 2 MiB. The type is asked before the file is opened, because
/// to open a FIFO waits for its writer.
pub(super) fn load(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= MAX_BYTES) {
        Ok(bytes)
    } else {
        Err(io::Error::from(io::ErrorKind::FileTooLarge))
    }
}

//! The names in the folders of a tree. In: a folder, and paths below it. Out: what they lead to as
//! far as no link lies on the way; the disk is asked once a folder, whatever is asked here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The most entries of one folder that are kept: one more than a listing takes.
const MAX_ENTRIES: usize = super::disk::MAX_ENTRIES + 1;

/// The entries of one folder, read when the first of them is asked for.
#[derive(Debug)]
pub(super) struct Folder {
    /// Sorted by name.
    entries: Vec<Entry>,
    /// Names that are no text, with replacement characters.
    odd: Vec<String>,
    /// There are more entries than are kept.
    is_cut: bool,
}

/// What a folder holds under one name.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: Box<str>,
    pub(super) what: What,
}

/// The entries of a folder once they were asked for; `None` if it cannot be listed.
#[derive(Debug, Default)]
pub(super) struct Below(OnceLock<Option<Box<Folder>>>);

/// What an entry is, links not followed.
#[derive(Debug)]
pub(super) enum What {
    File,
    Folder(Below),
    Link,
    /// A FIFO, a socket, a device.
    Other,
}

/// What a path leads to.
pub(super) enum Way<'f> {
    /// This, and no link lies on the way.
    To(&'f What),
    /// Nothing.
    Nowhere,
    /// Only the system can tell: a link lies on the way, or a folder that cannot be listed.
    Unknown,
}

impl Below {
    /// The entries; `place` tells where the folder lies.
    pub(super) fn entries(&self, place: impl FnOnce() -> PathBuf) -> Option<&Folder> {
        let read = || Folder::read(&place()).map(Box::new);
        self.0.get_or_init(read).as_deref()
    }

    /// Where a path leads from the folder at `place`.
    pub(super) fn way<'f>(&'f self, place: &Path, path: &str) -> Way<'f> {
        let mut here = self;
        let mut done = 0;
        loop {
            let so_far = path.get(..done).unwrap_or_default();
            let Some(folder) = here.entries(|| place.join(so_far)) else {
                return Way::Unknown;
            };
            let rest = path.get(done..).unwrap_or_default();
            let (name, is_last) = match rest.split_once('/') {
                Some((name, _)) => (name, false),
                None => (rest, true),
            };
            here = match folder.get(name) {
                None if folder.is_cut => return Way::Unknown,
                Some(What::Link) => return Way::Unknown,
                Some(what) if is_last => return Way::To(what),
                Some(What::Folder(below)) => below,
                Some(_) | None => return Way::Nowhere,
            };
            done += name.len() + 1;
        }
    }
}

impl Folder {
    #[expect(
        clippy::disallowed_methods,
        reason = "the names alone are read: links are not followed"
    )]
    fn read(path: &Path) -> Option<Self> {
        let known = |entry: fs::DirEntry| Some((entry.file_name(), entry.file_type().ok()?));
        let mut listed = fs::read_dir(path).ok()?.flatten().filter_map(known);
        let (mut entries, mut odd) = (Vec::new(), Vec::new());
        for (name, kind) in listed.by_ref().take(MAX_ENTRIES) {
            match name.into_string() {
                Ok(name) => entries.push(Entry {
                    name: name.into_boxed_str(),
                    what: What::of(kind),
                }),
                Err(name) => odd.push(name.to_string_lossy().into_owned()),
            }
        }
        let is_cut = listed.next().is_some();
        entries.sort_unstable_by(|a: &Entry, b| a.name.cmp(&b.name));
        // They stay for as long as the run, and there may be many.
        entries.shrink_to_fit();
        Some(Self {
            entries,
            odd,
            is_cut,
        })
    }

    /// The entries whose names are text, sorted.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The other names.
    pub(super) fn odd(&self) -> &[String] {
        &self.odd
    }

    /// What it holds under a name.
    pub(super) fn get(&self, name: &str) -> Option<&What> {
        let found = self
            .entries
            .binary_search_by(|entry| (*entry.name).cmp(name));
        Some(&self.entries.get(found.ok()?)?.what)
    }
}

impl What {
    fn of(kind: fs::FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder(Below::default())
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Other
        }
    }
}

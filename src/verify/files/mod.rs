//! The file system of a built image: in goes the tar stream that `docker export` and `podman
//! export` write, or the folder that `podman mount` tells, out comes an index of its files with
//! what is asked of them.
//!
//! Everything in an image is hostile: it is read in one pass and within [`Limits`], nothing of
//! it is written or run, and of the contents only what is asked later is kept.

mod access;
mod budget;
mod elf;
#[cfg(unix)]
mod folder;
mod inventory;
pub(in crate::verify) mod programs;
mod read;
pub(in crate::verify) mod resolve;
#[cfg(test)]
pub(in crate::verify) mod sample;
#[cfg(test)]
mod tests;
mod user;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use elf::{Elf, Machine, Role};
pub use read::Limits;
pub use user::Identity;

/// The files of an image, by their absolute path.
#[derive(Debug, Clone, Default)]
pub struct Files {
    entries: BTreeMap<String, Entry>,
    /// Contents of the few files that are asked for theirs, by path.
    contents: BTreeMap<String, Vec<u8>>,
    count: usize,
    bytes: u64,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Permission bits, those for set-user-ID and the like included.
    pub mode: u32,
    /// The owner.
    pub uid: u64,
    /// The group.
    pub gid: u64,
}

/// What kind of thing stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, be it under one of several names.
    File(File),
    /// A directory.
    Directory,
    /// A symbolic link and its target, as written.
    Link(String),
    /// A device, a FIFO, or a hard link to nothing.
    Other,
}

/// A regular file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Bytes.
    pub size: u64,
    /// What it begins with.
    pub head: Head,
}

/// What the beginning of a file says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A program or library in ELF.
    Elf(Arc<Elf>),
    /// A script: the line behind `#!`, trimmed.
    Script(String),
    /// An ELF file that cannot be read as one.
    Damaged,
    /// An ELF file above the limit.
    Unread,
    /// Anything else.
    Plain,
}

impl Entry {
    /// The file, when it is one.
    pub fn file(&self) -> Option<&File> {
        match &self.kind {
            Kind::File(file) => Some(file),
            _ => None,
        }
    }

    /// What the ELF file says, when it is one.
    pub fn elf(&self) -> Option<&Elf> {
        match &self.file()?.head {
            Head::Elf(elf) => Some(elf),
            _ => None,
        }
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// A directory that no one has described, as builders make them.
    fn directory() -> Self {
        Self {
            kind: Kind::Directory,
            mode: 0o755,
            uid: 0,
            gid: 0,
        }
    }
}

impl Files {
    /// What stands at exactly that absolute path; links on the way are not followed.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// All paths and what stands there, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// What lies directly in a directory: names and what stands there, in order.
    pub(in crate::verify) fn folder(&self, path: &str) -> impl Iterator<Item = (&str, &Entry)> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let length = prefix.len();
        self.entries
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(move |(path, entry)| (&path[length..], entry))
            .filter(|(name, _)| !name.is_empty() && !name.contains('/'))
    }

    /// How many names of regular files there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The bytes of all regular files, those with several names counted once.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The content of one of the files that are kept (see [`read`]), links followed.
    pub(in crate::verify) fn content(&self, path: &str) -> Option<&[u8]> {
        let (path, _) = self.resolve(path)?;
        self.contents.get(&path).map(Vec::as_slice)
    }

    /// The same as text; bytes that are none are replaced.
    pub(in crate::verify) fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.content(path).map(String::from_utf8_lossy)
    }
}

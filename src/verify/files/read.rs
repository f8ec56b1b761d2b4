//! The index of a tar stream, in one pass.

use std::io::Read;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use tar::{Archive, EntryType};

use super::budget::Budget;
use super::elf::{self, Elf};
use super::inventory::PACKAGE_LISTS;
use super::{Entry, File, Files, Head, Kind};
use crate::dockerfile::contract::clean;

/// How much of a stream is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Names in the image, directories that are only implied included.
    pub entries: usize,
    /// Bytes of a path or of the target of a link.
    pub path: usize,
    /// Directories in a path.
    pub depth: usize,
    /// Bytes of an ELF file; a larger one is not read.
    pub elf: u64,
    /// Bytes of a file whose content is kept; what is beyond is cut off.
    pub content: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 2_000_000,
            path: 4096,
            depth: 256,
            elf: 1 << 30,
            content: 32 << 20,
        }
    }
}

/// Bytes that the headers of one entry may have.
const HEADERS: u64 = 4 << 20;

/// Bytes in which Linux looks for the line behind `#!` (`BINPRM_BUF_SIZE`).
const SCRIPT_LINE: u64 = 256;

const ELF_MAGIC: &[u8] = b"\x7fELF";

impl Files {
    /// Reads the stream of an exported image. An error says that it is no tar archive, is cut off
    /// or is beyond `limits`.
    pub fn read(tar: impl Read, limits: &Limits) -> anyhow::Result<Self> {
        let budget = Budget::default();
        let mut archive = Archive::new(budget.hold(tar));
        let mut files = Self::default();
        files.entries.insert("/".to_owned(), Entry::directory());
        budget.grant(HEADERS);
        for entry in archive.entries().context("an exported image")? {
            let mut entry = entry.context("an exported image")?;
            budget.grant(stored(&entry)?.saturating_add(HEADERS));
            files.take(&mut entry, limits)?;
        }
        Ok(files)
    }

    fn take(
        &mut self,
        entry: &mut tar::Entry<'_, impl Read>,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let path = clean(&bounded(&entry.path_bytes(), limits)?);
        if path.matches('/').count() > limits.depth {
            bail!("`{path}` lies in more than {} directories", limits.depth);
        }
        let made = match entry.header().entry_type() {
            EntryType::Link => self.linked(&path, entry, limits)?,
            EntryType::XGlobalHeader => return Ok(()),
            kind => Entry {
                kind: self.kind(kind, &path, entry, limits)?,
                mode: entry.header().mode()? & 0o7777,
                uid: entry.header().uid()?,
                gid: entry.header().gid()?,
            },
        };
        self.insert(path, made);
        self.check(limits)
    }

    /// Whether there are not too many entries.
    pub(super) fn check(&self, limits: &Limits) -> anyhow::Result<()> {
        ensure!(
            self.entries.len() <= limits.entries,
            "the image has more than {} files",
            limits.entries
        );
        Ok(())
    }

    /// The same file under another name. The archive has the first name before all others.
    fn linked(
        &mut self,
        path: &str,
        entry: &tar::Entry<'_, impl Read>,
        limits: &Limits,
    ) -> anyhow::Result<Entry> {
        let target = clean(&bounded(
            &entry.link_name_bytes().unwrap_or_default(),
            limits,
        )?);
        if is_kept(path)
            && let Some(content) = self.contents.get(&target)
        {
            self.contents.insert(path.to_owned(), content.clone());
        }
        let other = Entry {
            kind: Kind::Other,
            ..Entry::directory()
        };
        Ok(match self.entries.get(&target) {
            Some(first) if !first.is_directory() => first.clone(),
            _ => other,
        })
    }

    fn kind(
        &mut self,
        kind: EntryType,
        path: &str,
        entry: &mut tar::Entry<'_, impl Read>,
        limits: &Limits,
    ) -> anyhow::Result<Kind> {
        let size = entry.size();
        Ok(match kind {
            EntryType::Regular | EntryType::Continuous => {
                let content = is_kept(path)
                    .then(|| start(entry, limits.content))
                    .transpose()?;
                let head = match &content {
                    Some(_) => Head::Plain,
                    None => head(entry, limits)?,
                };
                if let Some(content) = content {
                    self.contents.insert(path.to_owned(), content);
                }
                self.bytes = self.bytes.saturating_add(size);
                Kind::File(File { size, head })
            }
            // Neither docker nor podman writes these; zeros without end could be behind one.
            EntryType::GNUSparse => Kind::File(File {
                size,
                head: Head::Unread,
            }),
            EntryType::Directory => Kind::Directory,
            EntryType::Symlink => Kind::Link(bounded(
                &entry.link_name_bytes().unwrap_or_default(),
                limits,
            )?),
            _ => Kind::Other,
        })
    }

    /// Puts in an entry and the directories that it lies in.
    pub(super) fn insert(&mut self, path: String, entry: Entry) {
        let mut above = parent(&path);
        while let Some(directory) = above.filter(|above| !self.entries.contains_key(*above)) {
            self.entries
                .insert(directory.to_owned(), Entry::directory());
            above = parent(directory);
        }
        let is_file = entry.file().is_some();
        let old = self.entries.insert(path, entry);
        let was_file = old.is_some_and(|old| old.file().is_some());
        self.count = self.count + usize::from(is_file) - usize::from(was_file);
    }
}

/// The directory above an absolute path.
pub(super) fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/')? {
        ("", "") => None,
        ("", _) => Some("/"),
        (above, _) => Some(above),
    }
}

/// The bytes that an entry has in the archive.
fn stored(entry: &tar::Entry<'_, impl Read>) -> anyhow::Result<u64> {
    Ok(match entry.header().entry_type() {
        EntryType::GNUSparse => entry.header().entry_size()?,
        _ => entry.size(),
    })
}

pub(super) fn bounded(bytes: &[u8], limits: &Limits) -> anyhow::Result<String> {
    ensure!(
        bytes.len() <= limits.path,
        "the image has a path of more than {} bytes",
        limits.path
    );
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// Whether the content of a file is asked for: accounts, where the loader looks, packages.
pub(super) fn is_kept(path: &str) -> bool {
    let musl = path
        .strip_prefix("/etc/ld-musl-")
        .and_then(|rest| rest.strip_suffix(".path"));
    let is_list = path.starts_with(PACKAGE_LISTS) && path.strip_suffix(".list").is_some();
    musl.is_some()
        || is_list
        || matches!(
            path,
            "/etc/passwd"
                | "/etc/group"
                | "/etc/ld.so.cache"
                | "/etc/ld.so.preload"
                | "/var/lib/dpkg/status"
                | "/lib/apk/db/installed"
                | "/usr/lib/apk/db/installed"
        )
}

pub(super) fn head(entry: &mut impl Read, limits: &Limits) -> anyhow::Result<Head> {
    let first = start(entry, SCRIPT_LINE)?;
    if let Some(line) = first.strip_prefix(b"#!") {
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        return Ok(Head::Script(
            String::from_utf8_lossy(line).trim().to_owned(),
        ));
    }
    if !first.starts_with(ELF_MAGIC) {
        return Ok(Head::Plain);
    }
    let mut all = first;
    let room = (limits.elf + 1).saturating_sub(all.len() as u64);
    entry.take(room).read_to_end(&mut all)?;
    if all.len() as u64 > limits.elf {
        return Ok(Head::Unread);
    }
    Ok(match Elf::read(&all) {
        elf::Parsed::Linked(elf) => Head::Elf(Arc::new(elf)),
        elf::Parsed::Object => Head::Plain,
        elf::Parsed::Damaged => Head::Damaged,
    })
}

/// At most that many bytes from here.
pub(super) fn start(entry: &mut impl Read, bytes: u64) -> anyhow::Result<Vec<u8>> {
    let mut first = Vec::new();
    entry.take(bytes).read_to_end(&mut first)?;
    Ok(first)
}

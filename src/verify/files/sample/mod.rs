//! Images for the tests, made in memory.

mod binary;

use tar::{Builder, EntryType, Header};

pub(in crate::verify) use binary::{Binary, TWO_DEFINITIONS};

use super::{Files, Limits};

/// An image that is being put together. All is root's, until `owned_by` says otherwise.
pub(in crate::verify) struct Image {
    tar: Builder<Vec<u8>>,
    owner: (u64, u64),
}

impl Image {
    pub(in crate::verify) fn new() -> Self {
        Self {
            tar: Builder::new(Vec::new()),
            owner: (0, 0),
        }
    }

    /// What follows belongs to that user and group.
    pub(in crate::verify) fn owned_by(mut self, uid: u64, gid: u64) -> Self {
        self.owner = (uid, gid);
        self
    }

    pub(in crate::verify) fn directory(self, path: &str, mode: u32) -> Self {
        self.entry(EntryType::Directory, path, mode, "", &[])
    }

    pub(in crate::verify) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(EntryType::Regular, path, 0o644, "", content.as_ref())
    }

    pub(in crate::verify) fn program(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(EntryType::Regular, path, 0o755, "", content.as_ref())
    }

    pub(in crate::verify) fn link(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Symlink, path, 0o777, target, &[])
    }

    pub(in crate::verify) fn hard_link(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Link, path, 0o755, target, &[])
    }

    pub(in crate::verify) fn entry(
        mut self,
        kind: EntryType,
        path: &str,
        mode: u32,
        target: &str,
        content: &[u8],
    ) -> Self {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(self.owner.0);
        header.set_gid(self.owner.1);
        header.set_size(content.len() as u64);
        if target.is_empty() {
            self.tar.append_data(&mut header, path, content).unwrap();
        } else {
            self.tar.append_link(&mut header, path, target).unwrap();
        }
        self
    }

    pub(in crate::verify) fn bytes(self) -> Vec<u8> {
        self.tar.into_inner().unwrap()
    }

    pub(in crate::verify) fn files(self) -> Files {
        Files::read(self.bytes().as_slice(), &Limits::default()).unwrap()
    }
}

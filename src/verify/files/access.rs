//! What a user may do with a file, by its permission bits and those of the directories above it.

use super::{Entry, Files, Identity};

const READ: u32 = 0o4;
const WRITE: u32 = 0o2;
const EXECUTE: u32 = 0o1;

impl Files {
    /// Whether `user` may execute the file, or enter the directory, that a path leads to.
    pub fn may_execute(&self, path: &str, user: &Identity) -> bool {
        self.may(path, user, EXECUTE)
    }

    /// Whether `user` may read it.
    pub fn may_read(&self, path: &str, user: &Identity) -> bool {
        self.may(path, user, READ)
    }

    /// Whether `user` may write it, or, in a directory, make files.
    pub fn may_write(&self, path: &str, user: &Identity) -> bool {
        let directory = self
            .resolve(path)
            .is_some_and(|(_, entry)| entry.is_directory());
        self.may(path, user, WRITE) && (!directory || self.may(path, user, EXECUTE))
    }

    fn may(&self, path: &str, user: &Identity, bit: u32) -> bool {
        self.walk(path, &mut |directory| allows(directory, user, EXECUTE))
            .is_some_and(|(_, entry)| allows(entry, user, bit))
    }
}

/// Root may all, but executes no file that nobody may execute.
fn allows(entry: &Entry, user: &Identity, bit: u32) -> bool {
    if user.is_root() {
        return bit != EXECUTE || entry.is_directory() || entry.mode & 0o111 != 0;
    }
    let shift = if entry.uid == user.uid {
        6
    } else if user.is_in(entry.gid) {
        3
    } else {
        0
    };
    entry.mode >> shift & bit != 0
}

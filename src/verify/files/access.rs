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

#[cfg(test)]
mod tests {
    use super::super::sample::Image;
    use super::*;

    fn user(uid: u64, groups: &[u64]) -> Identity {
        Identity {
            uid,
            gid: uid,
            groups: groups.to_vec(),
        }
    }

    #[test]
    fn the_bits_of_the_file_and_of_all_directories_count() {
        let files = Image::new()
            .directory("root", 0o700)
            .program("root/bin/uv", "")
            .link("usr/bin/uv", "/root/bin/uv")
            .file("usr/bin/data", "")
            .owned_by(1000, 50)
            .directory("data", 0o750)
            .files();
        let (root, owner) = (user(0, &[]), user(1000, &[]));
        let (member, other) = (user(7, &[50]), user(8, &[]));
        assert!(files.may_execute("/usr/bin/uv", &root));
        assert!(!files.may_execute("/usr/bin/uv", &owner));
        assert!(!files.may_execute("/usr/bin/data", &root));
        assert!(files.may_read("/usr/bin/data", &other));
        assert!(!files.may_write("/usr/bin/data", &other));
        assert!(files.may_write("/data", &root));
        assert!(files.may_write("/data", &owner));
        assert!(files.may_read("/data", &member));
        assert!(!files.may_write("/data", &member));
        assert!(!files.may_read("/data", &other));
        assert!(!files.may_read("/none", &root));
    }
}

//! The index of a file system that the engine has mounted, which spares a copy of the whole image.
//!
//! No link is followed: folders are entered by the names that stand in them, one by one, and files
//! are opened as what they were seen to be or not at all.

use std::collections::HashMap;
use std::fs::{self, Metadata, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rustix::fs::OFlags;

use super::read::{bounded, head, is_kept, start};
use super::{Entry, File, Files, Head, Kind, Limits};

impl Files {
    /// Reads the folder that an image is mounted at. An error says that it cannot be read, or is
    /// beyond `limits`.
    #[expect(
        clippy::disallowed_methods,
        reason = "folders are entered that were seen to be no links"
    )]
    pub fn mounted(root: &Path, limits: &Limits) -> Result<Self> {
        let mut files = Self::default();
        files.entries.insert("/".to_owned(), Entry::directory());
        let mut names = HashMap::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            ensure!(
                folder.matches('/').count() <= limits.depth,
                "`{folder}` lies in more than {} directories",
                limits.depth
            );
            let place = root.join(folder.trim_start_matches('/'));
            let listing = fs::read_dir(&place);
            for found in listing.with_context(|| place.display().to_string())? {
                let found = found.with_context(|| place.display().to_string())?;
                let name = bounded(found.file_name().as_encoded_bytes(), limits)?;
                let path = format!("{folder}/{name}");
                let entry = files
                    .seen(&path, &found.path(), &mut names, limits)
                    .with_context(|| format!("`{path}` of the image"))?;
                if entry.is_directory() {
                    folders.push(path.clone());
                }
                files.insert(path, entry);
                files.check(limits)?;
            }
        }
        Ok(files)
    }

    /// What stands at `path` of the image, which lies at `place` here. `names` are the files with
    /// several names that were met, by their number, with the first name of each.
    fn seen(
        &mut self,
        path: &str,
        place: &Path,
        names: &mut HashMap<(u64, u64), String>,
        limits: &Limits,
    ) -> Result<Entry> {
        let about = fs::symlink_metadata(place)?;
        let kind = if about.is_dir() {
            Kind::Directory
        } else if about.is_symlink() {
            let target = fs::read_link(place)?;
            Kind::Link(bounded(target.as_os_str().as_encoded_bytes(), limits)?)
        } else if about.is_file() {
            let number = (about.dev(), about.ino());
            let first = names.get(&number);
            if let Some(entry) = first.and_then(|first| self.entries.get(first)).cloned() {
                let content = first.and_then(|first| self.contents.get(first)).cloned();
                if let Some(content) = content.filter(|_| is_kept(path)) {
                    self.contents.insert(path.to_owned(), content);
                }
                return Ok(entry);
            }
            if about.nlink() > 1 {
                names.insert(number, path.to_owned());
            }
            self.file(path, place, &about, limits)?
        } else {
            Kind::Other
        };
        Ok(Entry {
            kind,
            mode: about.mode() & 0o7777,
            uid: about.uid().into(),
            gid: about.gid().into(),
        })
    }

    fn file(
        &mut self,
        path: &str,
        place: &Path,
        about: &Metadata,
        limits: &Limits,
    ) -> Result<Kind> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(place)?;
        let head = if is_kept(path) {
            let content = start(&mut file, limits.content)?;
            self.contents.insert(path.to_owned(), content);
            Head::Plain
        } else {
            head(&mut file, limits)?
        };
        let size = about.size();
        self.bytes = self.bytes.saturating_add(size);
        Ok(Kind::File(File { size, head }))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A file system in a folder of its own.
    fn image() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("usr/bin")).unwrap();
        fs::create_dir_all(at("etc")).unwrap();
        fs::write(at("etc/passwd"), "app:x:1000:1000::/:/bin/sh\n").unwrap();
        fs::write(at("usr/bin/run"), "#!/bin/sh -e\n").unwrap();
        fs::set_permissions(at("usr/bin/run"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::hard_link(at("usr/bin/run"), at("usr/bin/start")).unwrap();
        symlink("usr/bin", at("bin")).unwrap();
        symlink("/etc", at("usr/all")).unwrap();
        folder
    }

    #[test]
    fn a_folder_is_read_as_a_stream_is() {
        let folder = image();
        let walked = Files::mounted(folder.path(), &Limits::default()).unwrap();
        let mut archive = tar::Builder::new(Vec::new());
        archive.follow_symlinks(false);
        archive.append_dir_all(".", folder.path()).unwrap();
        let tar = archive.into_inner().unwrap();
        let read = Files::read(tar.as_slice(), &Limits::default()).unwrap();
        let all = |files: &Files| -> Vec<_> {
            let entries = files.iter().filter(|(path, _)| *path != "/");
            entries
                .map(|(path, entry)| (path.to_owned(), entry.clone()))
                .collect()
        };
        assert_eq!(all(&walked), all(&read));
        assert_eq!(walked.text("/etc/passwd"), read.text("/etc/passwd"));
        assert_eq!(walked.count(), 3);
    }

    #[test]
    fn a_file_of_two_names_counts_once_and_no_link_is_followed() {
        let folder = image();
        let files = Files::mounted(folder.path(), &Limits::default()).unwrap();
        assert_eq!(files.bytes(), 27 + 13);
        assert_eq!(files.get("/usr/bin/start"), files.get("/usr/bin/run"));
        assert_eq!(
            files.get("/usr/all").unwrap().kind,
            Kind::Link("/etc".to_owned())
        );
        assert!(files.get("/usr/all/passwd").is_none());
    }

    #[test]
    fn what_is_beyond_the_limits_is_refused() {
        let folder = image();
        let refused = |limits: Limits| Files::mounted(folder.path(), &limits).is_err();
        let limits = Limits::default();
        assert!(refused(Limits {
            entries: 3,
            ..limits
        }));
        assert!(refused(Limits { depth: 1, ..limits }));
        assert!(refused(Limits { path: 4, ..limits }));
        assert!(Files::mounted(&folder.path().join("none"), &limits).is_err());
    }
}

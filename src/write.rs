//! Replaces or makes a file in one step: readers see the old bytes or the new, never a part.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Write as _};
use std::path::Path;

use crate::input::{self, InputError, io_reason};

/// Why a file was not written. It still holds what it held.
#[derive(Debug)]
pub enum WriteError {
    /// The operating system says no.
    Io(io::Error),
    /// The file may not be written by anyone.
    ReadOnly,
    /// The file no longer holds what the rewrite was made from.
    Changed,
}

/// Puts `new` in place of `old` in the file at `path`, which is no link.
///
/// A temporary file in the same folder takes the content, the mode and (where the system allows
/// it) the owner, and is renamed over the file if that still holds `old`.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let metadata = fs::metadata(path)?;
    if metadata.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".restage-")
        .tempfile_in(folder)?;
    file.write_all(new)?;
    keep_owner(file.path(), &metadata);
    // After the owner, because a change of owner can take mode bits away.
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    match input::bytes_of(path) {
        Ok(now) if now == old => {}
        Err(InputError::Io(error)) => return Err(error.into()),
        Ok(_) | Err(_) => return Err(WriteError::Changed),
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Puts `bytes` into the file at `path`, which need not exist: in one step, unless it is a device
/// or a pipe. A link is followed; the mode of a file that exists is kept.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_path_buf(),
        Err(error) => return Err(error.into()),
    };
    let metadata = fs::metadata(&path).ok();
    if metadata.as_ref().is_some_and(|known| !known.is_file()) {
        return Ok(fs::OpenOptions::new()
            .write(true)
            .open(&path)?
            .write_all(bytes)?);
    }
    if metadata
        .as_ref()
        .is_some_and(|known| known.permissions().readonly())
    {
        return Err(WriteError::ReadOnly);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let mut file = with_mode_of_new_files(builder.prefix(".restage-")).tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(metadata) = metadata {
        keep_owner(file.path(), &metadata);
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is for its owner alone; one that stays gets what the umask leaves of 0666.
#[cfg(unix)]
fn with_mode_of_new_files<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn with_mode_of_new_files<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}

/// Only root may give files away, so a refusal is expected and leaves the file to the caller.
#[cfg(unix)]
fn keep_owner(path: &Path, of: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ =
        chown(path, Some(of.uid()), Some(of.gid())).or_else(|_| chown(path, None, Some(of.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _of: &Metadata) {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be written: {}", io_reason(error)),
            Self::ReadOnly => f.write_str("is read-only"),
            Self::Changed => f.write_str("changed while restage worked on it; run restage again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_replaced_and_nothing_else_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "old").unwrap();
        replace(&path, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "edited").unwrap();
        assert!(matches!(
            replace(&path, b"old", b"new"),
            Err(WriteError::Changed)
        ));
        assert_eq!(fs::read(&path).unwrap(), b"edited");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_owner_are_kept() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        // Works for root only; other users then test that their own owner is kept.
        let _ = std::os::unix::fs::chown(&path, Some(1234), Some(1235));
        let before = fs::metadata(&path).unwrap();
        replace(&path, b"old", b"new").unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.mode(), before.mode());
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    }

    #[cfg(unix)]
    #[test]
    fn a_read_only_file_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(
            replace(&path, b"old", b"new"),
            Err(WriteError::ReadOnly)
        ));
    }
}

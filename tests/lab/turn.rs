//! Who may go: two tests at a time on this machine's processors, one at a time on a port, also
//! among test runs of other work trees.

use std::fs::File;
use std::sync::{Condvar, Mutex, PoisonError};

use anyhow::{Context as _, Result};

static FREE: Mutex<usize> = Mutex::new(2);
static RETURNED: Condvar = Condvar::new();

/// A turn at building and running, given back when dropped.
pub(crate) struct Turn;

impl Turn {
    /// Waits for a turn.
    pub(crate) fn take() -> Self {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = RETURNED
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        RETURNED.notify_one();
    }
}

/// Waits for a thing that only one process may use at a time, such as a port; given back when the
/// file is dropped.
pub(crate) fn alone_with(thing: &str) -> Result<File> {
    let file = lock_file(thing)?;
    file.lock()?;
    Ok(file)
}

fn lock_file(thing: &str) -> Result<File> {
    let folder = std::env::temp_dir().join("restage-lab-locks");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(thing);
    File::create(&path).with_context(|| path.display().to_string())
}

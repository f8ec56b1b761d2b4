//! Whether the user wants the run to end. What runs in containers and builders is then ended, and
//! what was made is removed, before the program itself ends.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and the signals that ask a program to end are heard by [`is_set`]. The error is
/// that of the operating system.
pub fn listen() -> Result<(), String> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .map_err(|error| format!("cannot listen to Ctrl-C: {error}"))
}

/// Whether the run is to end.
pub fn is_set() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

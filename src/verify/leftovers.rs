//! The images and containers that a run makes, and their removal: at the latest when the run ends,
//! however it does. An image takes with it the layers that nothing else needs, which a build that
//! goes on beside it may just have found; so images go while nothing is being built.

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, TryLockError};
use std::time::Duration;

use super::process::Call;

/// So many images may wait for a moment without a build; then builds have to wait.
const MANY: usize = 40;

/// How long the removal of all that waits may take.
const REMOVAL: Duration = Duration::from_secs(600);

/// What waits to be removed.
#[derive(Debug)]
pub(super) struct Leftovers {
    runner: &'static str,
    images: Mutex<Vec<String>>,
    building: RwLock<()>,
}

impl Leftovers {
    /// Of the engine `runner`.
    pub(super) fn of(runner: &'static str) -> Self {
        Self {
            runner,
            images: Mutex::default(),
            building: RwLock::default(),
        }
    }

    /// Keeps the images as they are, but for new ones, until it is dropped.
    pub(super) fn building(&self) -> RwLockReadGuard<'_, ()> {
        self.building.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes images that nobody needs any more; they go soon.
    pub(super) fn add(&self, images: impl IntoIterator<Item = String>) {
        let mut waiting = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(images);
        let many = waiting.len() > MANY;
        drop(waiting);
        self.sweep(many);
    }

    /// Removes the images, now or, unless told to `wait` for builds, some other time.
    pub(super) fn sweep(&self, wait: bool) {
        let _alone = if wait {
            self.building
                .write()
                .unwrap_or_else(PoisonError::into_inner)
        } else {
            match self.building.try_write() {
                Ok(guard) => guard,
                Err(TryLockError::Poisoned(error)) => error.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            }
        };
        let mut waiting = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        let names: Vec<String> = waiting.drain(..).collect();
        if names.is_empty() {
            return;
        }
        let call = Call::new(self.runner).args(["image", "rm", "--force"]);
        // What is not there any more needs no removal, and keeps none of the others here.
        let _ = call.args(names).within(REMOVAL).even_if_interrupted().end();
    }

    /// Removes a container, running or not.
    pub(super) fn container(&self, name: &str) {
        let mut call = Call::new(self.runner).args(["rm", "--force", "--volumes"]);
        if self.runner == "podman" {
            call = call.args(["--time", "0"]);
        }
        let _ = call.arg(name).even_if_interrupted().end();
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        self.sweep(true);
    }
}

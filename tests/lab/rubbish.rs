//! What a run leaves behind, and when it can go: an image takes with it the layers that nothing
//! else needs, and a build that has just found one of them would fail. So images go while nothing
//! is built, also by other processes.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::engine::podman;
use super::turn;

/// What the names of images and containers begin with; the id of the process follows.
pub(crate) const PREFIX: &str = "restage-case-";

/// So many images may wait for a moment without a build; then builds have to wait.
const MANY: usize = 40;

/// Images that nobody needs any more.
#[derive(Default)]
pub(crate) struct Rubbish(Mutex<Vec<String>>);

impl Rubbish {
    /// Takes images, which go soon.
    pub(crate) fn add(&self, images: impl IntoIterator<Item = String>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(images);
        let many = waiting.len() > MANY;
        drop(waiting);
        self.sweep(many);
    }

    /// Removes the images, now or, unless told to `wait` for builds, some other time.
    pub(crate) fn sweep(&self, wait: bool) {
        let Ok(Some(_lock)) = turn::removing(wait) else {
            return;
        };
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in waiting.drain(..) {
            // What is not there any more needs no removal.
            let _ = podman(&["rmi", "--force", &name]);
        }
    }

    /// Removes what runs left behind that were killed.
    pub(crate) fn of_killed_runs(&self) -> Result<()> {
        for name in podman(&["ps", "--all", "--format", "{{.Names}}"])?.lines() {
            if is_of_killed_run(name) {
                let _ = podman(&["rm", "--force", "--time", "0", name]);
            }
        }
        // The listing fails when another process removes an image meanwhile: the next run cleans up.
        let Ok(images) = podman(&["images", "--format", "{{.Repository}}"]) else {
            return Ok(());
        };
        self.add(
            images
                .lines()
                .filter(|name| is_of_killed_run(name))
                .map(str::to_owned),
        );
        Ok(())
    }
}

fn is_of_killed_run(name: &str) -> bool {
    let name = name.strip_prefix("localhost/").unwrap_or(name);
    let process = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split(['/', '-']).next());
    process.is_some_and(|id| !Path::new("/proc").join(id).exists())
}

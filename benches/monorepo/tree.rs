//! Services on disk. In: a folder and a number. Out: the tree, and what it amounts to.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fastrand::Rng;
use rayon::prelude::*;

use crate::{go, node, other, python, rust};

/// A file of a service: its path below the service's folder, and its text.
pub(crate) type File = (String, String);

/// What was written.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    pub(crate) dockerfiles: Vec<PathBuf>,
}

/// Writes `services` services below `folder`, in groups of a hundred as teams have them.
pub(crate) fn write(folder: &Path, services: u32) -> Result<Written> {
    let each: Vec<Written> = (0..services)
        .into_par_iter()
        .map(|number| {
            let place = folder
                .join(format!("team-{:03}", number / 100))
                .join(format!("service-{number:05}"));
            service(&place, number).with_context(|| place.display().to_string())
        })
        .collect::<Result<_>>()?;
    let mut all = Written::default();
    for one in each {
        all.files += one.files;
        all.bytes += one.bytes;
        all.dockerfiles.extend(one.dockerfiles);
    }
    Ok(all)
}

fn service(place: &Path, number: u32) -> Result<Written> {
    let mut rng = Rng::with_seed(u64::from(number));
    let name = format!("service-{number:05}");
    // Half of the single-stage Dockerfiles in public repositories are Node's.
    let files = match rng.u8(0..20) {
        0..8 => node::service(&mut rng, &name),
        8..13 => python::service(&mut rng, &name),
        13..16 => go::service(&mut rng, &name),
        16..18 => rust::service(&mut rng, &name),
        _ => other::service(&mut rng, &name),
    };
    let mut written = Written::default();
    for (path, text) in files {
        let path = place.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, &text)?;
        written.files += 1;
        written.bytes += text.len();
        if path.file_name().is_some_and(|name| name == "Dockerfile") {
            written.dockerfiles.push(path);
        }
    }
    Ok(written)
}

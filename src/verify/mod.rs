//! The proof that a rewrite runs as the original did: both images are built on the user's own
//! builder, looked at, and run side by side. This is the one part of restage that runs anything of a
//! project, and it does so in containers alone.
//!
//! ```text
//! two Dockerfiles, a context -> two images                    engine
//! images -> configurations, files                             inspected, files
//! final files -> what cannot start or load                    closure
//! images -> what their programs do, what differs              observe, alike
//! images -> known vulnerabilities                             scanner
//! all of it -> Proof                                          proof
//! ```

mod alike;
pub mod closure;
mod container;
mod contract;
mod engine;
pub mod entry;
mod expectation;
mod family;
pub mod files;
mod inspected;
pub mod interrupt;
mod languages;
mod leftovers;
mod normal;
mod observe;
mod part;
mod ports;
mod process;
pub mod proof;
mod rebuild;
mod request;
mod scanner;
mod settings;
mod side;
mod signal;
mod steps;
mod subject;
mod trial;
mod written;

pub use proof::{Measures, Proof, Rebuild, Verdict};
pub use scanner::Vulnerabilities;
pub use settings::{Builder, Probe, ScannerWish, Wishes};
pub use steps::Step;
pub use subject::Subject;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use closure::Finding;
use engine::{Engine, NotBuilt, Recipe};

/// Builds, runs and compares. What it makes is removed at the latest when it is dropped.
pub struct Verifier {
    engine: Engine,
    /// What is wrong with a base image by itself, by its name.
    bases: Mutex<BTreeMap<String, Arc<Vec<Finding>>>>,
}

impl Verifier {
    /// On `builder`, or on the first that works here. The error says what to install.
    pub fn new(builder: Option<Builder>) -> Result<Self> {
        Ok(Self {
            engine: Engine::find(builder)?,
            bases: Mutex::default(),
        })
    }

    /// The builder that it works on.
    pub fn builder(&self) -> Builder {
        self.engine.builder()
    }

    /// Builds and runs both Dockerfiles of `subject`; `listener` hears what is done and what the
    /// builder says. The error is one of the outside world: a builder that is gone, an interrupt.
    pub fn verify(&self, subject: &Subject<'_>, listener: &(dyn Fn(&str) + Sync)) -> Result<Proof> {
        trial::Trial {
            verifier: self,
            subject,
            listener,
        }
        .run()
    }

    /// What is wrong with a base image by itself, so that no rewrite is blamed for it. Nothing is
    /// known to be wrong with one that cannot be had.
    fn base_findings(&self, image: &str, wishes: &Wishes) -> Arc<Vec<Finding>> {
        let known = |bases: &BTreeMap<String, Arc<Vec<Finding>>>| bases.get(image).cloned();
        let bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(findings) = known(&bases) {
            return findings;
        }
        drop(bases);
        let findings = Arc::new(self.look_at_base(image, wishes).unwrap_or_default());
        let mut bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        bases.insert(image.to_owned(), Arc::clone(&findings));
        findings
    }

    /// A build that adds a label brings the base image here, wherever the builder works.
    fn look_at_base(&self, image: &str, wishes: &Wishes) -> Result<Vec<Finding>> {
        let folder = tempfile::Builder::new()
            .prefix("restage-verify-")
            .tempdir()?;
        let file = folder.path().join("Dockerfile");
        put(&file, &format!("FROM {image}\nLABEL restage.verify=base\n"))?;
        let recipe = Recipe {
            file: &file,
            context: folder.path(),
        };
        let built = match self.engine.build(&recipe, wishes, &|_| {}) {
            Ok(built) => built,
            Err(NotBuilt::Refused(_)) => return Ok(Vec::new()),
            Err(NotBuilt::Off(error)) => return Err(error),
        };
        let config = built.inspect()?;
        let files = side::files_of(&self.engine, &built)?;
        Ok(side::findings(&files, &config))
    }
}

/// Writes a file into a folder of our own.
fn put(path: &Path, text: &str) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "in a folder that was just made")]
    Ok(std::fs::write(path, text)?)
}

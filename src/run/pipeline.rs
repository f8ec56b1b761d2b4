//! The real core: opens the build context of a target and hands its Dockerfile to the pipeline.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use elsa::sync::FrozenMap;

use super::{Core, Settings, agreed};
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::outcome::{Code, Decline, Outcome};
use crate::plan::base;
use crate::project::context::{BuildContext, Disk};
use crate::restage::restage;
use crate::toolchain::Toolchain;

/// The pipeline.
#[derive(Default)]
pub struct Pipeline {
    /// Trees on the disk, by their canonical paths: contexts in one tree share what it lists.
    disks: Mutex<HashMap<PathBuf, Arc<Disk>>>,
}

impl Core for Pipeline {
    fn copy_sources(&self, text: &str) -> Vec<String> {
        let dockerfile = Dockerfile::parse(text);
        let copies = dockerfile
            .instructions
            .iter()
            .filter_map(|known| match &known.kind {
                InstructionKind::Copy(copy) | InstructionKind::Add(copy) => Some(copy),
                _ => None,
            });
        let from_context = copies.filter(|copy| flag(&copy.flags, "from").is_none());
        let sources = from_context.flat_map(|copy| copy.sources.iter().cloned());
        sources
            .filter(|source| !source.contains('$') && !source.contains("://"))
            .collect()
    }

    fn toolchain(&self, text: &str) -> Option<&'static str> {
        base::toolchain_of(&Dockerfile::parse(text)).map(Toolchain::name)
    }

    fn restage(&self, text: &str, target: &Target, settings: &Settings) -> Outcome {
        // Each way to build or run it asks about the same few contexts.
        let contexts = FrozenMap::new();
        agreed::restage(text, target, settings, &|text, folder, settings| {
            let key = folder.map(Path::to_path_buf);
            let open = || Box::new(self.open(target, folder));
            let opened = contexts.get(&key);
            match opened.unwrap_or_else(|| contexts.insert(key, open())) {
                Ok(context) => restage(text, context, &settings.options, &settings.templates),
                Err(decline) => Outcome::Declined(decline.clone()),
            }
        })
    }
}

impl Pipeline {
    /// The build context on a folder.
    fn open(&self, target: &Target, folder: Option<&Path>) -> Result<BuildContext, Decline> {
        let Some(folder) = folder else {
            return Ok(BuildContext::empty());
        };
        let tree = target.tree.as_deref().unwrap_or(folder);
        BuildContext::open_in(&self.disk(tree), folder, Some(&target.dockerfile)).map_err(|error| {
            let root = folder.display();
            let message = format!("the build context `{root}` cannot be read: {error}");
            Decline::new(Code::NoContext, message)
        })
    }

    fn disk(&self, tree: &Path) -> Arc<Disk> {
        let mut disks = self.disks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = disks.get(tree) {
            return Arc::clone(known);
        }
        let disk = Arc::new(Disk::new(tree));
        disks.insert(tree.to_path_buf(), Arc::clone(&disk));
        disk
    }
}

//! The real core: opens the build context of a target and hands its Dockerfile to the pipeline.

use std::path::Path;

use super::{Core, Settings, agreed};
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::outcome::{Code, Decline, Outcome};
use crate::plan::base;
use crate::project::context::BuildContext;
use crate::restage::restage;
use crate::toolchain::Toolchain;

/// The pipeline.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pipeline;

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
        agreed::restage(text, target, settings, &|text, context, settings| {
            one(text, target, context, settings)
        })
    }
}

/// The outcome for a text in one build context.
fn one(text: &str, target: &Target, folder: Option<&Path>, settings: &Settings) -> Outcome {
    let context = match folder {
        None => Ok(BuildContext::empty()),
        Some(root) => BuildContext::open(root, Some(&target.dockerfile)),
    };
    match context {
        Ok(context) => restage(text, &context, &settings.options, &settings.templates),
        Err(error) => {
            let root = folder.unwrap_or(&target.dockerfile).display();
            let message = format!("the build context `{root}` cannot be read: {error}");
            Outcome::Declined(Decline::new(Code::NoContext, message))
        }
    }
}

//! What a build of a Dockerfile stands on: its context, and how its images are built and run.

use std::path::PathBuf;

use super::decided::Decided;
use crate::discover::Target;
use crate::verify::Wishes;

/// What a build of a Dockerfile stands on.
#[derive(Debug)]
pub(super) struct Ground {
    /// The build context.
    pub(super) context: PathBuf,
    /// How the images are built and run.
    pub(super) wishes: Wishes,
}

impl Ground {
    /// Of a target: the build arguments of its first usage are those of a proof, unless chosen
    /// otherwise.
    pub(super) fn of(target: &Target, decided: &Decided) -> Option<Self> {
        let mut wishes = Wishes::default();
        let args = target.usages.first().map(|usage| usage.args.clone());
        wishes.build_args.extend(args.unwrap_or_default());
        wishes.take(&decided.wishes);
        Some(Self {
            context: target.context.clone()?,
            wishes,
        })
    }
}

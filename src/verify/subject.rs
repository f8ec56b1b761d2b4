//! What a verification is about.

use std::path::Path;

use super::settings::Wishes;

/// An original and its rewrite.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The text of the original Dockerfile.
    pub before: &'s str,
    /// The text of the rewrite.
    pub after: &'s str,
    /// The Dockerfile's path, for the ignore file beside it.
    pub dockerfile: &'s Path,
    /// The build context.
    pub context: &'s Path,
    /// The toolchain of the original, by its name, where it is known.
    pub toolchain: Option<&'s str>,
    /// How both are built and run.
    pub wishes: &'s Wishes,
}

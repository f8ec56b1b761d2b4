//! Builds to test with. In: a Dockerfile and the files beside it. Out: the build, as the planner
//! reads it.

use crate::dockerfile::Dockerfile;
use crate::options::Options;
use crate::plan::build::{self, Build};
use crate::plan::{Stop, base};
use crate::project::context::BuildContext;

/// Reads a build and hands it to `look`.
///
/// # Panics
/// When the base image is not known or the build cannot be read.
pub(crate) fn sample<T>(
    text: &str,
    files: &[(&str, &str)],
    look: impl FnOnce(&Build<'_>) -> T,
) -> T {
    try_sample(text, files, look).unwrap()
}

/// As [`sample`], for builds that may not be readable.
pub(crate) fn try_sample<T>(
    text: &str,
    files: &[(&str, &str)],
    look: impl FnOnce(&Build<'_>) -> T,
) -> Result<T, Stop> {
    let dockerfile = Dockerfile::parse(text);
    let context = BuildContext::from_texts(files.iter().copied());
    let options = Options::default();
    let (base, toolchain) = base::resolve(&dockerfile, &options)?;
    let build = build::read(&dockerfile, &context, &options, base, toolchain)?;
    Ok(look(&build))
}

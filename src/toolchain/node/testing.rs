//! For the tests of this toolchain: a Dockerfile and a build context in memory, read as a build
//! and analysed.

use super::Node;
use crate::dockerfile::Dockerfile;
use crate::options::Options;
use crate::outcome::Decline;
use crate::plan::analysis::{Analysis, Launch, Rung};
use crate::plan::base;
use crate::plan::build::{self, Build};
use crate::project::context::BuildContext;
use crate::toolchain::Toolchain as _;

/// What `look` sees in the build.
pub(super) fn with_build<T>(
    text: &str,
    files: &[(&str, &str)],
    look: impl FnOnce(&Build<'_>) -> T,
) -> T {
    let dockerfile = Dockerfile::parse(text);
    let context = BuildContext::from_texts(files.iter().copied());
    let options = Options::default();
    let (base, toolchain) = base::resolve(&dockerfile, &options).unwrap();
    let build = build::read(&dockerfile, &context, &options, base, toolchain);
    let Ok(build) = build else {
        panic!("the build of\n{text}\nis not understood")
    };
    look(&build)
}

/// What the toolchain finds out; that a second stage would gain nothing as a decline.
pub(super) fn analyse(text: &str, files: &[(&str, &str)]) -> Result<Analysis, Decline> {
    let analysis = with_build(text, files, |build| Node.analyse(build))?;
    match analysis.single {
        Some(single) => Err(single.reason),
        None => Ok(analysis),
    }
}

/// The rungs that are not refused, best first.
pub(super) fn open(analysis: &Analysis) -> Vec<&Rung> {
    let rungs = analysis.rungs.iter();
    rungs.filter(|rung| rung.refusal.is_none()).collect()
}

/// The image of the best rung.
pub(super) fn image(analysis: &Analysis) -> &str {
    open(analysis).first().map_or("", |rung| &rung.image)
}

/// ENTRYPOINT and CMD of the best rung, where it replaces them.
pub(super) fn launch(analysis: &Analysis) -> (Vec<&str>, Vec<&str>) {
    match open(analysis).first().map(|rung| &rung.launch) {
        Some(Launch::Replace {
            entrypoint, cmd, ..
        }) => (
            entrypoint.iter().flatten().map(String::as_str).collect(),
            cmd.iter().flatten().map(String::as_str).collect(),
        ),
        _ => (Vec::new(), Vec::new()),
    }
}

/// The Dockerfile with the toolchain's edits.
pub(super) fn edited(text: &str, files: &[(&str, &str)]) -> String {
    let analysis = analyse(text, files).unwrap();
    crate::edit::apply(text, &analysis.edits).unwrap()
}

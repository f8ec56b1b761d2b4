//! A project in miniature for the tests of this toolchain.

use crate::dockerfile::Dockerfile;
use crate::options::Options;
use crate::outcome::Decline;
use crate::plan::analysis::Analysis;
use crate::plan::build::{self, Build};
use crate::plan::{Stop, base};
use crate::project::context::BuildContext;
use crate::toolchain::Toolchain;

/// A Dockerfile, its build context and the user's choices.
pub(super) struct Project {
    dockerfile: Dockerfile,
    context: BuildContext,
    /// The choices.
    pub(super) options: Options,
}

impl Project {
    /// The project of `text` and `files`, with the default choices.
    pub(super) fn new(text: &str, files: &[(&str, &str)]) -> Self {
        Self {
            dockerfile: Dockerfile::parse(text),
            context: BuildContext::from_texts(files.iter().copied()),
            options: Options::default(),
        }
    }

    /// What `look` sees of the build.
    pub(super) fn build<T>(&self, look: impl FnOnce(&Build<'_>) -> T) -> T {
        let (base, toolchain) = match base::resolve(&self.dockerfile, &self.options) {
            Ok(found) => found,
            Err(stop) => panic!("{stop:?}"),
        };
        match build::read(
            &self.dockerfile,
            &self.context,
            &self.options,
            base,
            toolchain,
        ) {
            Ok(build) => look(&build),
            Err(Stop::Declined(decline)) => panic!("{decline:?}"),
            Err(Stop::Unchanged(reason)) => panic!("{reason:?}"),
        }
    }

    /// What the toolchain says of it; that a second stage would gain nothing as a decline.
    pub(super) fn analyse(&self) -> Result<Analysis, Decline> {
        let analysis = self.build(|build| super::Python.analyse(build))?;
        match analysis.single {
            Some(single) => Err(single.reason),
            None => Ok(analysis),
        }
    }

    /// The builder's text with the toolchain's edits, or why there is none.
    pub(super) fn edited(&self) -> Result<String, Decline> {
        let analysis = self.analyse()?;
        let text = crate::edit::apply(&self.dockerfile.text, &analysis.edits);
        Ok(text.unwrap_or_else(|| panic!("edits overlap: {:?}", analysis.edits)))
    }
}

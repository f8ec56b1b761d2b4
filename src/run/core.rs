//! The seam between a run and the pure core: text and target in, an outcome out.

use std::sync::Arc;

use crate::discover::Target;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::template::Templates;

/// What was chosen for one Dockerfile, on the command line or in a configuration.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The user's choices.
    pub options: Options,
    /// The templates of final stages.
    pub templates: Arc<Templates>,
}

/// What a run needs to know how to do with a Dockerfile's text. Called from several threads.
pub trait Core: Sync {
    /// The sources that the Dockerfile's COPY and ADD instructions take from the build context,
    /// as written. They tell which folder the build context is.
    fn copy_sources(&self, text: &str) -> Vec<String>;

    /// The name of the toolchain that the Dockerfile stands on, where that is known.
    fn toolchain(&self, _text: &str) -> Option<&'static str> {
        None
    }

    /// The answer for `text`, which has no byte order mark.
    fn restage(&self, text: &str, target: &Target, settings: &Settings) -> Outcome;
}

/// A function is a core that leaves the build context to where the Dockerfile lies.
impl<F: Fn(&str, &Target) -> Outcome + Sync> Core for F {
    fn copy_sources(&self, _text: &str) -> Vec<String> {
        Vec::new()
    }

    fn restage(&self, text: &str, target: &Target, _settings: &Settings) -> Outcome {
        self(text, target)
    }
}

//! The seam between a run and the pure core: text and target in, an outcome out.

use crate::discover::Target;
use crate::outcome::Outcome;

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
    fn restage(&self, text: &str, target: &Target) -> Outcome;
}

/// A function is a core that leaves the build context to where the Dockerfile lies.
impl<F: Fn(&str, &Target) -> Outcome + Sync> Core for F {
    fn copy_sources(&self, _text: &str) -> Vec<String> {
        Vec::new()
    }

    fn restage(&self, text: &str, target: &Target) -> Outcome {
        self(text, target)
    }
}

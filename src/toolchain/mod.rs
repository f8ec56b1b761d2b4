//! One folder per language: the only code that knows one. Adding a language is a folder here, a
//! folder in `templates/`, a line in [`ALL`], and test folders.

pub(crate) mod compiled;
mod go;
mod node;
mod python;
mod rust;
mod top;

use crate::knowledge::base_image::BaseImage;
use crate::options::Runtime;
use crate::outcome::Decline;
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::build::{Build, RunCommand};
use crate::project::context::BuildContext;

/// The toolchains, by name.
pub const ALL: [&dyn Toolchain; 4] = [&go::Go, &node::Node, &python::Python, &rust::Rust];

/// What restage asks of a language.
pub trait Toolchain: Sync {
    /// Its name: its folder here and in `templates/`, and what `--toolchain` takes.
    fn name(&self) -> &'static str;

    /// The templates of its final stages (`include_str!` of `templates/<name>/`), by runtime.
    fn templates(&self) -> &'static [(Runtime, &'static str)];

    /// Whether a base image carries it.
    fn claims(&self, image: &BaseImage) -> bool;

    /// Packages of distributions that bring it: a plain distribution on which one of them is
    /// installed carries it too.
    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a package of a distribution brings it.
    fn is_brought_by(&self, package: &str) -> bool {
        self.packages().contains(&package)
    }

    /// Whether those packages often serve the build of something else, so that another toolchain beside
    /// them is what the image is about.
    fn serves_others(&self) -> bool {
        false
    }

    /// Whether a path in another image is a program that only a build uses, so that what
    /// `COPY --from=image` brings of it stays in the builder.
    fn is_tool(&self, _image: &str, _path: &str) -> bool {
        false
    }

    /// What one of its commands in a RUN does; `None` for commands that are not its business.
    fn action(&self, command: &RunCommand, context: &BuildContext) -> Option<Action>;

    /// Whether an environment variable acts at build time alone, so that it stays in the builder.
    fn is_build_variable(&self, name: &str) -> bool;

    /// What runs, what it needs and where it can go.
    fn analyse(&self, build: &Build<'_>) -> Result<Analysis, Decline>;
}

/// The toolchain that `image` carries.
pub fn of(image: &BaseImage) -> Option<&'static dyn Toolchain> {
    ALL.into_iter().find(|toolchain| toolchain.claims(image))
}

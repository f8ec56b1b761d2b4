//! Rust. In: a build on a `rust` image. Out: which program runs, how it is linked, what it reads,
//! and the images that it can run on.

mod analysis;
mod build_line;
mod builds;
mod cargo_run;
mod cargo_script;
mod cargo_text;
mod commands;
mod crates;
mod databases;
mod dependency;
mod executes;
mod features;
mod files;
mod ground;
mod installed;
mod invocation;
mod layers;
mod libraries;
mod link;
mod lockfile;
mod manifest;
mod needs;
mod outputs;
mod parts;
mod program;
mod selected;
mod settings;
mod sources;
mod started;
mod stub;
mod together;
mod tool_files;
mod workspace;
mod writes;

use super::Toolchain;
use crate::knowledge::base_image::{BaseImage, Family};
use crate::options::Runtime;
use crate::outcome::Decline;
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::build::{Build, RunCommand};
use crate::project::context::BuildContext;

/// The Rust toolchain.
pub(crate) struct Rust;

/// The templates of its final stages.
const TEMPLATES: [(Runtime, &str); 4] = [
    (
        Runtime::Scratch,
        include_str!("../../../templates/rust/scratch.Dockerfile"),
    ),
    (
        Runtime::Distroless,
        include_str!("../../../templates/rust/distroless.Dockerfile"),
    ),
    (
        Runtime::Alpine,
        include_str!("../../../templates/rust/alpine.Dockerfile"),
    ),
    (
        Runtime::Slim,
        include_str!("../../../templates/rust/slim.Dockerfile"),
    ),
];

impl Toolchain for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn templates(&self) -> &'static [(Runtime, &'static str)] {
        &TEMPLATES
    }

    fn claims(&self, image: &BaseImage) -> bool {
        image.family == Family::Rust
    }

    fn action(&self, command: &RunCommand, _context: &BuildContext) -> Option<Action> {
        commands::action(command)
    }

    fn is_build_variable(&self, name: &str) -> bool {
        commands::is_build_variable(name)
    }

    fn analyse(&self, build: &Build<'_>) -> Result<Analysis, Decline> {
        analysis::of(build)
    }
}

//! Rust. In: a build on a `rust` image. Out: which program runs, how it is linked, what it reads,
//! and the images that it can run on.

pub mod builds;
pub mod commands;
pub mod crates;
pub mod features;
pub mod installed;
pub mod invocation;
pub mod libraries;
pub mod link;
pub mod lockfile;
pub mod manifest;
pub mod program;
pub mod settings;
pub mod sources;

use super::Toolchain;
use crate::knowledge::base_image::{BaseImage, Family};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::build::{Build, RunCommand};
use crate::project::context::BuildContext;

/// The Rust toolchain.
pub struct Rust;

impl Toolchain for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn templates(&self) -> &'static [(Runtime, &'static str)] {
        &[]
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

    fn analyse(&self, _build: &Build<'_>) -> Result<Analysis, Decline> {
        Err(Decline::new(Code::UnsupportedProject, ""))
    }
}

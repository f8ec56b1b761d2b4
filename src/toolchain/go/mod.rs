//! Go. In: a build on a `golang` image. Out: which program runs, how it is linked, what it reads,
//! and the images that it can run on.

mod analysis;
mod asked;
mod cgo;
mod closure;
mod commands;
mod constraint;
mod download;
mod executes;
mod files;
mod gorun;
mod launch;
mod layers;
mod link;
mod manifest;
mod mode;
mod mounts;
mod needs;
mod program;
mod runs;
mod setting;
mod start;
mod strip;
mod version;
mod words;
mod world;
mod writes;

use super::Toolchain;
use crate::knowledge::base_image::{BaseImage, Family};
use crate::options::Runtime;
use crate::outcome::Decline;
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::build::{Build, RunCommand};
use crate::project::context::BuildContext;

/// The Go toolchain.
pub(crate) struct Go;

impl Toolchain for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn templates(&self) -> &'static [(Runtime, &'static str)] {
        &[
            (
                Runtime::Distroless,
                include_str!("../../../templates/go/distroless.Dockerfile"),
            ),
            (
                Runtime::Scratch,
                include_str!("../../../templates/go/scratch.Dockerfile"),
            ),
            (
                Runtime::Alpine,
                include_str!("../../../templates/go/alpine.Dockerfile"),
            ),
            (
                Runtime::Slim,
                include_str!("../../../templates/go/slim.Dockerfile"),
            ),
        ]
    }

    fn claims(&self, image: &BaseImage) -> bool {
        image.family == Family::Golang
    }

    fn packages(&self) -> &'static [&'static str] {
        &["go", "golang", "golang-go"]
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

//! DECISIONS. Pure: what a Dockerfile and its build context say goes in, a [`Plan`] comes out,
//! or the reason why there is none.
//!
//! The pipeline: [`gate`] leaves alone what is not to be rewritten, [`base`] tells what the stage
//! stands on, [`build`] gives every instruction its state and its RUN commands their meaning, the
//! toolchain finds what runs and what it needs, [`ladder`] takes the first rung that has it all,
//! [`final_stage`] derives the final stage and [`builder`] edits the original into the builder.

mod accounts;
pub mod action;
pub mod analysis;
mod archive;
pub mod base;
pub mod because;
pub mod build;
pub mod builder;
pub mod carried;
pub mod comment;

pub mod entry;
pub mod final_stage;
mod fit;

pub(crate) mod gate;
pub(crate) mod harden;
mod installed;

pub mod ladder;
pub mod layout;
pub mod links;
mod make;
mod native;
pub mod packages;
mod placing;
pub mod removal;
pub mod run_command;

pub mod start_writes;
mod surroundings;
pub mod system;
pub mod user;
pub mod writable;

use crate::dockerfile::Dockerfile;
use crate::edit::Edit;
use crate::options::Options;
use crate::outcome::{Class, Code, Decline, Note, Reason};
use crate::project::context::BuildContext;
use crate::toolchain::Toolchain;
use because::Because;
use final_stage::FinalStage;
use harden::Hardened;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The file is right as it is.
    Unchanged(Reason),
    /// No rewrite can be shown to be safe.
    Declined(Decline),
}

impl From<Decline> for Stop {
    /// A toolchain that finds nothing to gain says so as a decline; the code tells that it is none.
    fn from(decline: Decline) -> Self {
        match decline.code.class() {
            Class::Declined => Self::Declined(decline),
            Class::Unchanged => {
                let Decline {
                    code,
                    line,
                    message,
                    hint,
                } = decline;
                Self::Unchanged(Reason {
                    code,
                    line,
                    message,
                    hint,
                })
            }
        }
    }
}
/// What is to be done with one Dockerfile.
pub struct Plan {
    /// The toolchain.
    pub toolchain: &'static dyn Toolchain,
    /// The rung that was taken.
    pub runtime: crate::options::Runtime,
    /// How ENTRYPOINT and CMD are written.
    pub launch: analysis::Launch,
    /// Changes to the original text, which becomes the builder stage.
    pub edits: Vec<Edit>,
    /// What the template of the final stage is filled with.
    pub final_stage: FinalStage,
    /// Deliberate differences and advice.
    pub notes: Vec<Note>,
    /// Emitted text and why it is there.
    pub because: Vec<(String, Because)>,
}

/// How a Dockerfile is rewritten.
pub enum Planned {
    /// Into a builder and a final stage.
    Split(Box<Plan>),
    /// In its one stage.
    Hardened(Hardened),
}

/// Plans the rewrite of `dockerfile`, which is built from `context`.
pub fn plan(
    dockerfile: &Dockerfile,
    context: &BuildContext,
    options: &Options,
) -> Result<Planned, Stop> {
    gate::check(dockerfile)?;
    let comments = comment::read(dockerfile);
    let (base, toolchain) = base::resolve(dockerfile, options)?;
    let asked = comments.runtime.filter(|_| !options.runtime_wins);
    let options = &Options {
        runtime: asked.unwrap_or_else(|| options.runtime_of(toolchain.name())),
        buildkit: options.buildkit && takes_mounts(dockerfile),
        ..options.clone()
    };
    let build = build::read(dockerfile, context, options, base, toolchain)?;
    let understood = gate::check_build(&build);
    let analysis = match (understood, toolchain.analyse(&build)) {
        // What is started says more about the image than a command that is not known.
        (Err(_), Err(decline)) if is_about_start(decline.code) => return Err(decline.into()),
        (understood, analysis) => {
            understood?;
            analysis?
        }
    };
    if let Some(single) = &analysis.single {
        let mut hardened = harden::plan(&build, &analysis, single)?;
        hardened.notes.extend(comments.unknown);
        return Ok(Planned::Hardened(hardened));
    }
    gate::check_above(&build, &analysis.covered)?;
    let rung = ladder::choose(&build, &analysis)?;
    let user = user::choose(&build, &analysis, &rung)?;
    let (final_stage, because) = final_stage::derive(&build, &analysis, &rung, &user)?;
    let edits = builder::edits(&build, &analysis, &rung, &user);
    let mut notes = rung.notes(&build, &analysis);
    notes.extend(user.notes(&build));
    notes.extend(analysis.notes);
    notes.extend(comments.unknown);
    Ok(Planned::Split(Box::new(Plan {
        toolchain,
        runtime: rung.runtime,
        launch: rung.rung.launch.clone(),
        edits,
        final_stage,
        notes,
        because,
    })))
}

/// Whether a decline says that no image is to be made of this for running it.
fn is_about_start(code: Code) -> bool {
    matches!(
        code,
        Code::NoCommand | Code::DevCommand | Code::ToolchainAtRuntime
    )
}

/// Whether the frontend that the file asks for takes `RUN --mount`: Docker's own since 1.2
/// (its release notes), and nobody knows of others.
pub(crate) fn takes_mounts(dockerfile: &Dockerfile) -> bool {
    let syntax = dockerfile
        .lines
        .directives
        .iter()
        .find(|(name, _)| name == "syntax");
    let Some((_, frontend)) = syntax else {
        return true;
    };
    let name = frontend.split('@').next().unwrap_or(frontend);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let Some(tag) = name
        .strip_prefix("docker/dockerfile")
        .map(|tag| tag.trim_start_matches(':'))
    else {
        return false;
    };
    !["1.0", "1.1"]
        .iter()
        .any(|old| tag == *old || tag.starts_with(&format!("{old}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_frontends_that_know_mounts_get_them() {
        for (syntax, takes) in [
            ("", true),
            ("# syntax=docker/dockerfile:1\n", true),
            ("# syntax = docker.io/docker/dockerfile:1.7-labs\n", true),
            ("# syntax=docker/dockerfile:1.0\n", false),
            ("# syntax=docker/dockerfile:1.1.7\n", false),
            ("# syntax=docker/dockerfile:1.10\n", true),
            ("# syntax=example.org/frontend\n", false),
        ] {
            let dockerfile = Dockerfile::parse(&format!("{syntax}FROM a\n"));
            assert_eq!(takes_mounts(&dockerfile), takes, "{syntax}");
        }
    }
}

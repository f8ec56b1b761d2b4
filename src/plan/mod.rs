//! DECISIONS. Pure: what a Dockerfile and its build context say goes in, a [`Plan`] comes out,
//! or the reason why there is none.
//!
//! The pipeline: [`gate`] leaves alone what is not to be rewritten, [`base`] tells what the stage
//! stands on, [`build`] gives every instruction its state and its RUN commands their meaning, the
//! toolchain finds what runs and what it needs, [`ladder`] takes the first rung that has it all,
//! [`final_stage`] derives the final stage and [`builder`] edits the original into the builder.

pub mod action;
pub mod analysis;
pub mod base;
pub mod because;
pub mod build;

pub mod entry;

mod gate;

pub mod layout;

pub mod system;

use crate::dockerfile::Dockerfile;
use crate::edit::Edit;
use crate::options::Options;
use crate::outcome::{Decline, Note, Reason};
use crate::project::context::BuildContext;
use because::Because;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The file is right as it is.
    Unchanged(Reason),
    /// No rewrite can be shown to be safe.
    Declined(Decline),
}

impl From<Decline> for Stop {
    fn from(decline: Decline) -> Self {
        Self::Declined(decline)
    }
}

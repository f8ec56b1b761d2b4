//! restage rewrites a single-stage Dockerfile into a builder stage and a final stage.

pub mod diff;
pub mod discover;
pub mod dockerfile;
pub mod edit;
pub mod git;
pub mod input;
pub mod invariants;
pub mod knowledge;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod project;
pub mod report;
pub mod restage;
pub mod run;
pub mod template;
pub mod toolchain;
pub mod write;

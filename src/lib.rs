//! restage rewrites a single-stage Dockerfile into a builder stage and a final stage.

pub mod dockerfile;
pub mod edit;
pub mod knowledge;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod project;
pub mod toolchain;

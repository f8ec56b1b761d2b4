//! restage rewrites a single-stage Dockerfile into a builder stage and a final stage.

pub mod dockerfile;
pub mod knowledge;
pub mod project;

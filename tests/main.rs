//! The integration tests, in one binary so that they link once.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as a test does"
)]

mod cli;
mod parser;
mod properties;

//! The integration tests, in one binary so that they link once.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a helper of a test fails as a test does, and makes the files that it needs"
)]

mod cli;
mod config;
mod parser;
mod properties;
mod readme;
mod reports;
mod templates;
mod uses;

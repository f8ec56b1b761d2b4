//! What a source file says. In: text and its language. Out: calls, strings, imports, embeds and
//! environment reads, each with its line.
//!
//! The scan is the same for every language and decides nothing: which call opens a file is the
//! toolchain's knowledge.

mod facts;
mod language;
mod project;

pub use facts::{Arg, Call, Embed, Import, Joined, Literal, Skip, SourceFacts, joined_literals};
pub use language::Language;
pub use project::{FileScan, ProjectScan, Vendor, is_test_path, scan_all};

/// Reads one file. Total: what cannot be parsed is left out and `has_errors` says so; a file of
/// more than 1 MiB, or one that takes the parser too many steps, is `skipped`.
pub fn scan(_text: &str, _language: Language) -> SourceFacts {
    SourceFacts::default()
}

//! What a source file says. In: text and its language. Out: calls, strings, imports, embeds and
//! environment reads, each with its line.
//!
//! The scan is the same for every language and decides nothing: which call opens a file is the
//! toolchain's knowledge. Nothing is resolved either: a constant's name is a name.

mod arguments;
mod facts;
mod go;
mod head;
mod javascript;
mod language;
mod literal;
mod project;
mod python;
mod reader;
mod rust;
mod rust_tokens;
mod sieve;

pub use facts::{Arg, Call, Embed, Import, Joined, Literal, Skip, SourceFacts, joined_literals};
pub use head::scan_go_imports;
pub use language::Language;
pub use project::{FileScan, ProjectScan, Vendor, is_test_path, scan_all};
pub use reader::scan;
pub use sieve::Sieve;

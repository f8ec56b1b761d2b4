//! The proof that a rewrite runs as its original does: in go the two built images, out comes what
//! differs between them.

pub mod closure;
pub mod files;

//! TEXT <-> MODEL. Takes a Dockerfile's text, gives its instructions, stages and contract.
//!
//! No I/O happens here, and nothing here fails: what is not understood is kept as text.

pub mod image;
pub mod span;

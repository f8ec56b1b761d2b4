//! What the build context says. Reads, never executes.
//!
//! In: the folder that a Dockerfile is built from. Out: which files a COPY can see, what they
//! hold, and what their sources say, each fact with the place that it was read from.

pub mod context;
pub mod evidence;
pub(crate) mod glob;
pub mod ignorefile;
mod listing;
pub mod makefile;
mod paths;
pub mod source;
pub mod usage;

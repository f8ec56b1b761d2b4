//! What toolchains share whose result is a program file: where the file lies at the end, the data
//! beside it, the paths that its sources name, and the ladder of images that it can run on. Knows
//! no language: each toolchain says which files are sources and how its program is linked.

pub mod artifact;
pub mod called;
pub mod data;
pub mod generated;
pub mod ladder;
pub mod named;
pub mod roots;
pub mod tree;
pub mod wrapper;

#[cfg(test)]
pub(crate) mod sample;

//! What toolchains share whose result is a program file: where the file lies at the end, the data
//! beside it, the paths that its sources name, what it needs of its surroundings, and the ladder of
//! images that it can run on. Knows no language: each toolchain says which files are sources, which
//! calls read, write or execute, and how its program is linked.

pub(crate) mod artifact;
pub(crate) mod asked;
pub(crate) mod beside;
pub(crate) mod called;
pub(crate) mod data;
pub(crate) mod executed;
pub(crate) mod generated;
pub(crate) mod ladder;
pub(crate) mod made;
pub(crate) mod named;
pub(crate) mod roots;
pub(crate) mod scope;
pub(crate) mod surroundings;
pub(crate) mod tree;
pub(crate) mod wrapper;
pub(crate) mod written;

#[cfg(test)]
pub(crate) mod sample;

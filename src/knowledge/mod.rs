//! What restage knows about base images and packages.
//!
//! In: names as a Dockerfile writes them (image references, package names, program names).
//! Out: facts from embedded tables, each with its source. No I/O, no failure: what a table
//! does not know is `None`, and every entry is one that can be relied upon, because a wrong
//! one becomes a container that does not start.

pub mod account;
pub mod apk_libraries;
pub mod base_image;
pub mod carried;
pub mod debian_libraries;
pub mod distro;
pub mod distroless;
pub mod image_config;
mod nightly;
pub mod packages;
pub mod programs;
mod release;
mod siblings;
mod table;
pub mod tag_shape;
pub mod tags;
pub mod ubuntu;
pub mod uv;

//! restage rewrites a single-stage Dockerfile into a builder stage and a final stage, so that the
//! image built from the result does at run time what the image built from the original did.
//!
//! # The pipeline
//!
//! ```text
//! path       -> Target { dockerfile, context }                  discover
//! text       -> Dockerfile { text, instructions, stages }        dockerfile: total, never fails
//! folder     -> BuildContext, ProjectScan: facts + evidence      project: reads, never executes
//! (both)     -> Plan | Stop (unchanged or declined, with a code) plan + toolchain: pure
//! Plan       -> edits + final stage from a template              edit, template
//! new text   -> invariants                                       or it is declined as our bug
//! outcome    -> diff, notes, files                               run, report, diff, write
//! both files -> images, built, run and compared                  verify: on request
//! ```
//!
//! Imports point downwards: [`run`] knows [`restage`], which knows [`plan`] and [`toolchain`], which
//! know [`dockerfile`], [`project`] and [`knowledge`]. Those three know nothing of each other, but
//! for image references, and for shell text in what builds images. Only [`toolchain`] knows a language.
//!
//! # The invariants
//!
//! 1. Parsing never fails, planning may decline, only the outside world errors.
//! 2. Restaging a result changes nothing, and files that are left alone keep every byte.
//! 3. Every instruction and every comment of the original is in the result, or a note says why not.
//! 4. The runtime contract holds: the effective image configuration, base image included.
//! 5. Every `--from` names an earlier stage, every build arg is declared where it is used.
//! 6. The result has no instruction that is not understood.
//! 7. The same input gives the same output. No network, no daemon, nothing of a project is run,
//!    but for [`verify`], and there in containers alone.
//! 8. `dockerfile`, `plan`, `edit` and `invariants` touch neither files nor environment
//!    (`clippy.toml` forbids it).
//!
//! 2 to 6 are code ([`invariants`]) that runs on every rewrite before it is shown.
//!
//! # Example
//!
//! ```
//! use restage::options::Options;
//! use restage::outcome::Outcome;
//! use restage::project::context::BuildContext;
//! use restage::template::Templates;
//!
//! let dockerfile = "FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN go build -o /hello .\nCMD [\"/hello\"]\n";
//! let context = BuildContext::from_texts([
//!     ("Dockerfile", dockerfile),
//!     ("go.mod", "module example.org/hello\n\ngo 1.24\n"),
//!     ("main.go", "package main\n\nfunc main() { println(\"hello\") }\n"),
//! ]);
//! let outcome =
//!     restage::restage(dockerfile, &context, &Options::default(), &Templates::default());
//! let Outcome::Rewritten(rewrite) = outcome else { panic!("{outcome:?}") };
//! assert!(rewrite.text.contains("FROM gcr.io/distroless/static-debian13"));
//! ```

#![cfg_attr(test, allow(clippy::disallowed_methods))] // tests make the files that they need

mod build_args;
pub mod config;
pub mod diff;
pub mod discover;
pub mod dockerfile;
pub mod edit;
pub mod git;
pub mod input;
pub mod invariants;
pub mod knowledge;
mod mirror;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod project;
pub mod report;
mod restage;
pub mod run;
mod secrets;
pub mod template;
pub mod toolchain;
pub mod verify;
pub mod write;
pub mod yaml;

pub use restage::restage;

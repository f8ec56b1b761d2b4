//! A made-up monorepo of any size, and how long restage takes for it as a whole process.
//!
//! ```text
//! cargo bench --bench monorepo                          2,000 and 20,000 services, timed
//! cargo bench --bench monorepo -- 500 --keep DIR        write 500 services to DIR, time, keep them
//! ```
//!
//! Services are of every toolchain, with manifests, lockfiles and sources as they are found in
//! practice; the same number gives the same tree. Where hadolint and tally are installed, they
//! are timed on the same tree of 2,000 services or fewer, in turn with restage.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "whole processes are timed here, and told about"
)]

mod go;
mod node;
mod other;
mod prose;
mod python;
mod rust;
mod timing;
mod tree;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Above this a linter takes minutes.
const LINTED: u32 = 2_000;

fn main() -> Result<()> {
    let (mut sizes, mut keep) = (Vec::new(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo hands this to every bench.
            "--bench" => {}
            "--keep" => {
                let folder = arguments.next().context("`--keep` needs a folder")?;
                keep = Some(PathBuf::from(folder));
            }
            number => match number.parse() {
                Ok(number) => sizes.push(number),
                Err(_) => bail!("`{number}` is no number of services"),
            },
        }
    }
    if sizes.is_empty() {
        sizes = vec![LINTED, 10 * LINTED];
    }
    for services in sizes {
        match &keep {
            Some(folder) => measure(folder, services)?,
            None => measure(tempfile::tempdir()?.path(), services)?,
        }
    }
    Ok(())
}

fn measure(folder: &Path, services: u32) -> Result<()> {
    let written = tree::write(folder, services)?;
    println!(
        "{services} services: {} files, {} MiB",
        written.files,
        written.bytes >> 20
    );
    timing::restage(folder, services)?;
    if services <= LINTED {
        timing::linters(folder, &written.dockerfiles)?;
    }
    Ok(())
}

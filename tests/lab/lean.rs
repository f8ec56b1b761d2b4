//! A rewritten image of a static Go program in, whether it is as small as promised out: the program
//! and 2.5 MB for all else, beside the project's own data.
//!
//! The sizes of stand-ins say nothing about the real base images, so that what counts is what the
//! final stage adds to its base; the base has its share of the 2.5 MB.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use restage::dockerfile::Dockerfile;
use serde_json::Value;

use super::verify::checked;
use crate::support::case::Case;

/// For all but the program and the project's data, in bytes.
const PROMISED: u64 = 2_500_000;

/// The real distroless/static: its layers are those of certificates, time zones, accounts and
/// little else; 2.0 MB, unpacked, in both of its releases.
const STATIC_BASE: u64 = 2_000_000;

/// Fails when the image is larger; images of other programs are left alone.
pub(crate) fn check(case: &Case, file: &Path, proof: &Value) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let dockerfile = Dockerfile::parse(&text);
    let Some(stage) = dockerfile.stages.last() else {
        return Ok(());
    };
    let (base, left) = match stage.image.as_str() {
        "scratch" => (0, PROMISED),
        static_image if static_image.starts_with("gcr.io/distroless/static") => {
            (size_of(static_image)?, PROMISED - STATIC_BASE)
        }
        _ => return Ok(()),
    };
    if case.toolchain != "go" {
        return Ok(());
    }
    let programs = proof["after"]["elf_bytes"].as_u64().unwrap_or_default();
    ensure!(programs > 0, "the final stage has no program");
    let data = bytes_below(&case.context)?;
    let bytes = proof["after"]["bytes"].as_u64().unwrap_or_default();
    let added = bytes.saturating_sub(base);
    ensure!(
        added <= programs + data + left,
        "the final stage adds {added} bytes: more than its programs ({programs}), the project's files ({data}) and {left}"
    );
    Ok(())
}

fn size_of(image: &str) -> Result<u64> {
    let mut command = Command::new("podman");
    command.args(["image", "inspect", "--format", "{{.Size}}", image]);
    Ok(String::from_utf8(checked(&mut command)?.stdout)?
        .trim()
        .parse()?)
}

fn bytes_below(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.metadata()?;
        sum += if kind.is_dir() {
            bytes_below(&entry.path())?
        } else {
            kind.len()
        };
    }
    Ok(sum)
}

//! A built image in, out: what is known of it without running it, and what was measured.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::closure::{self, Finding, Program, Start};
use super::contract;
use super::engine::{Built, Engine};
use super::files::{Entry, Files};
use super::inspected::Inspected;
use super::observe::Seen;
use super::proof::Measures;
use super::settings::Wishes;
use crate::dockerfile::Dockerfile;

/// Where systems keep the certificates that programs trust.
const BUNDLES: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];

/// One side of a verification.
pub(super) struct Side<'t> {
    pub(super) built: Built<'t>,
    /// How it is run.
    pub(super) wishes: Wishes,
    pub(super) config: Inspected,
    pub(super) files: Files,
}

impl<'t> Side<'t> {
    /// Of the image that `dockerfile` was built to.
    pub(super) fn of(
        engine: &Engine,
        built: Built<'t>,
        dockerfile: &Dockerfile,
        wishes: &Wishes,
    ) -> Result<Self> {
        // What the file itself sets is the program's own.
        let mut wishes = wishes.clone();
        let sets = |name: &String| contract::sets(dockerfile, name);
        wishes.ignore_env.retain(|name| !sets(name));
        Ok(Self {
            wishes,
            config: built.inspect()?,
            files: files_of(engine, &built)?,
            built,
        })
    }

    /// Where its programs are looked for.
    pub(super) fn path(&self) -> &str {
        self.config.env.get("PATH").map_or("", String::as_str)
    }

    /// What cannot start or load in it.
    pub(super) fn findings(&self) -> Vec<Finding> {
        findings(&self.files, &self.config)
    }

    /// What was measured of it, and of what its program did.
    pub(super) fn measures(&self, seen: &Seen) -> Measures {
        let Self { config, files, .. } = self;
        let stop = seen.stop.filter(|stop| !stop.is_killed());
        Measures {
            bytes: config.size,
            layers: config.layers,
            files: files.count(),
            packages: files.packages(),
            elf_bytes: elf_bytes(files),
            development: Vec::new(),
            vulnerabilities: None,
            certificates: BUNDLES.iter().any(|path| files.resolve(path).is_some()),
            shells: files.shells(),
            tools: files.tools(),
            user: config.user.clone(),
            is_root: config.is_root(),
            build_ms: millis(self.built.took),
            start_ms: Some(millis(seen.start)),
            stop_ms: stop.map(|stop| millis(stop.took)),
        }
    }
}

/// The files of an image.
pub(super) fn files_of(engine: &Engine, built: &Built<'_>) -> Result<Files> {
    engine.files(&built.name).context("cannot read the image")
}

/// What an image starts, as what.
fn start_of(files: &Files, config: &Inspected) -> Start {
    let command: Vec<String> = config
        .entrypoint
        .iter()
        .chain(&config.cmd)
        .cloned()
        .collect();
    let mut programs = Vec::new();
    if !command.is_empty() {
        let what = if config.entrypoint.is_empty() {
            "CMD"
        } else {
            "ENTRYPOINT"
        };
        let words = command;
        programs.push(Program { what, words });
    }
    // An image keeps the shell of a CMD-SHELL to itself: builders write `/bin/sh` for it.
    programs.extend(Program::of_healthcheck(&config.healthcheck, &[]));
    // The engine itself says so where there is no such user.
    let user = files.user(&config.user).unwrap_or_default();
    Start {
        env: config.env.clone().into_iter().collect(),
        workdir: config.workdir.clone(),
        user,
        programs,
        writes: config.volumes.clone(),
    }
}

/// What cannot start or load in an image.
pub(super) fn findings(files: &Files, config: &Inspected) -> Vec<Finding> {
    closure::check(files, &start_of(files, config))
}

/// Bytes of ELF files.
fn elf_bytes(files: &Files) -> u64 {
    let elf = |entry: &Entry| {
        entry
            .file()
            .filter(|_| entry.elf().is_some())
            .map(|file| file.size)
    };
    files.iter().filter_map(|(_, entry)| elf(entry)).sum()
}

/// As the report writes times.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! `restage verify` on a case, with the containers of a lab: what it finds must be what the case
//! says. That the two images do the same is its own judgement; here is added what a case promises
//! beyond that.
//!
//! The lab is a folder with the scripts `standin` and `setup`, which make base images where no
//! registry is in reach; see its README.

mod bad;
mod entry;
mod expected;
mod lean;
mod sizes;
mod tls;
mod turn;
mod verify;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

pub(crate) use self::bad::Bad;
pub(crate) use self::entry::ask_in_a_namespace;
use self::sizes::{Measured, Sizes};
use self::tls::Server;
use self::turn::Turn;
use self::verify::Call;
use crate::support::case::{Case, Run};
use crate::support::tool::{self, Copy};

/// A working place for containers, and what was measured in it.
pub(crate) struct Lab {
    scripts: PathBuf,
    sizes: Sizes,
}

impl Lab {
    /// The lab in `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let scripts = folder.canonicalize().context("RESTAGE_LAB")?;
        ensure!(
            scripts.join("standin").is_file(),
            "RESTAGE_LAB lacks `standin`"
        );
        let sizes = Sizes::default();
        Ok(Self { scripts, sizes })
    }

    /// Shows what was measured and keeps it in `target/lab/sizes.tsv`.
    pub(crate) fn finish(&self) {
        self.sizes.finish();
    }

    /// Proves the rewrite of a case.
    pub(crate) fn prove(&self, case: &Case) -> Result<()> {
        let run = case.run.as_ref().context("the case has no `run`")?;
        let _turn = Turn::take();
        let begun = Instant::now();
        let place = tempfile::Builder::new().prefix("restage-lab-").tempdir()?;
        let copy = Copy::of(case)?;
        let new = rewrite(&copy, place.path())?;
        verify::stand_ins(&self.scripts, &[&copy.context().join("Dockerfile"), &new])?;
        let server = run.tls.then(Server::start).transpose()?;
        let mut wishes = wishes(run);
        wishes["build-opts"] = json!(secrets(run, place.path())?);
        if let Some(server) = &server {
            server.reached_by(&mut wishes);
        }
        let call = Call {
            wishes,
            args: &case.args,
            files: &["Dockerfile"],
        };
        let report = call.report(&copy.context())?;
        let file = &report["files"][0];
        let proof = &file["proof"];
        ensure!(
            proof["verdict"] == "proved",
            "{}",
            serde_json::to_string_pretty(file)?
        );
        let bytes = |side: &str| proof[side]["bytes"].as_u64().unwrap_or_default();
        let measured = Measured {
            before: bytes("before"),
            after: bytes("after"),
            took: begun.elapsed(),
        };
        self.sizes.record(&case.name(), measured);
        expected::ends_as_it_says(run, proof)?;
        expected::certificates(run, proof)?;
        expected::gone(case, run, file)?;
        expected::development(case, file)?;
        expected::layers(case, &fs::read_to_string(&new)?, proof)?;
        lean::check(case, &new, proof)
    }

    /// Has two services rewritten with `--write --verify`, of which one asks for what its original
    /// does not answer.
    pub(crate) fn write_what_is_proved(&self) -> Result<()> {
        let _turn = Turn::take();
        writing::check(&self.scripts)
    }

    /// Has a bad rewrite refused, for the right reason.
    pub(crate) fn refuse(&self, bad: &Bad) -> Result<()> {
        let _turn = Turn::take();
        bad.refused(&self.scripts)
    }
}

/// The rewritten file, beside its context.
fn rewrite(copy: &Copy, place: &Path) -> Result<PathBuf> {
    let before = copy.dockerfile()?;
    let said = copy.restage(&["--write"])?;
    let after = copy.dockerfile()?;
    ensure!(after != before, "not rewritten: {}", said.stderr);
    fs::write(copy.context().join("Dockerfile"), before)?;
    tool::put(place, "after.Dockerfile", &after)
}

/// What `case.yaml` says of the run, as a configuration says it.
/// The options by which a build has the case's secrets, which are written into `folder`.
fn secrets(run: &Run, folder: &Path) -> Result<Vec<String>> {
    let mut options = Vec::new();
    for (id, text) in &run.secrets {
        let path = folder.join(id);
        fs::write(&path, text)?;
        options.push(format!("--secret=id={id},src={}", path.display()));
    }
    Ok(options)
}

fn wishes(run: &Run) -> Value {
    let http = run.http.as_ref();
    let probes: Vec<Value> = http.map_or_else(Vec::new, |http| {
        let probe = |path: &String| json!({"port": http.port, "path": path});
        http.paths.iter().map(probe).collect()
    });
    json!({
        "args": run.args,
        "env": run.env,
        "build-args": run.build_args,
        "probes": probes,
    })
}

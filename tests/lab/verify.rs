//! One call of `restage verify` on the lab's buildah and podman: a folder in, its JSON report out.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::turn::alone_with;

/// What the stand-ins' environment has so that builds reach package registries from here; the
/// real images lack them.
const STAND_INS_ONLY: [&str; 5] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "UV_SYSTEM_CERTS",
    "COREPACK_INTEGRITY_KEYS",
];

/// What builders and containers need where there is no registry and not every right, as a
/// configuration says it.
pub(crate) fn config() -> Value {
    json!({
        "build-opts": ["--pull=never", "--isolation=chroot", "--network=host"],
        "run-opts": ["--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096"],
        "ignore-env": STAND_INS_ONLY,
        // Whatever is installed here.
        "scanner": "none",
        // `go run` compiles before it serves.
        "start-seconds": 300,
        "stop-seconds": 3,
    })
}

/// A call.
pub(crate) struct Call<'c> {
    /// What a configuration says under `verify`.
    pub(crate) wishes: Value,
    /// More arguments.
    pub(crate) args: &'c [String],
    /// The Dockerfiles.
    pub(crate) files: &'c [&'c str],
}

impl Call<'_> {
    /// Calls it in `folder`.
    pub(crate) fn report(self, folder: &Path) -> Result<Value> {
        let mut config = config();
        for (key, value) in self.wishes.as_object().into_iter().flatten() {
            match (config[key].as_array_mut(), value.as_array()) {
                (Some(known), Some(more)) => known.extend(more.iter().cloned()),
                _ => config[key] = value.clone(),
            }
        }
        let config = json!({ "verify": config });
        let place = tempfile::Builder::new().prefix("restage-lab-").tempdir()?;
        let file = place.path().join("restage.yaml");
        std::fs::write(&file, serde_yaml::to_string(&config)?)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_restage"));
        command.args(["verify", "--builder=buildah", "--format=json", "--config"]);
        command.arg(file).args(self.args).args(self.files);
        command
            .current_dir(folder)
            .env("GIT_CEILING_DIRECTORIES", "/");
        let output = command.output()?;
        let report: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("{command:?}: {}", both(&output)))?;
        let proof = &report["files"][0]["proof"];
        let code = i32::from(proof["verdict"] != "proved");
        if proof.is_null() || output.status.code() != Some(code) {
            bail!("{command:?}: {}\n{}", output.status, both(&output));
        }
        Ok(report)
    }
}

/// Makes the base images of `files` present.
pub(crate) fn stand_ins(scripts: &Path, files: &[&Path]) -> Result<()> {
    let _alone = alone_with("stand-ins")?;
    checked(Command::new(scripts.join("standin")).args(files)).context("no stand-in")?;
    Ok(())
}

/// Makes one base image present.
pub(crate) fn stand_in(scripts: &Path, image: &str) -> Result<()> {
    let _alone = alone_with("stand-ins")?;
    checked(Command::new(scripts.join("standin")).args(["--image", image]))?;
    Ok(())
}

/// Runs a command to its end; an error with what it wrote when it fails.
pub(crate) fn checked(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if output.status.success() {
        return Ok(output);
    }
    bail!("{command:?}: {}\n{}", output.status, both(&output))
}

pub(crate) fn both(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let all = format!("{out}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = all.lines().collect();
    let last = lines.get(lines.len().saturating_sub(60)..);
    last.unwrap_or_default().join("\n")
}

//! Rewrites by hand that build and are wrong, under `tests/bad/<name>/`: `context/` with the original
//! `Dockerfile`, `rewrite.Dockerfile`, and `case.yaml` with what must be found.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::verify::{self, Call};
use crate::support::{folder, in_project};

/// A bad rewrite.
#[derive(Debug)]
pub(crate) struct Bad {
    /// Its folder's name.
    pub(crate) name: String,
    place: PathBuf,
    spec: Spec,
}

/// `case.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    about: String,
    /// Texts that one of the differences must hold, each.
    finds: Vec<String>,
    /// What a configuration says under `verify`.
    #[serde(default)]
    verify: Value,
}

impl Bad {
    /// All of them, sorted.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let root = in_project("tests/bad");
        let load = |name: String| {
            let place = root.join(&name);
            let text = fs::read_to_string(place.join("case.yaml"));
            let text = text.with_context(|| format!("{}/case.yaml", place.display()))?;
            let spec: Spec = serde_yaml::from_str(&text).with_context(|| name.clone())?;
            ensure!(!spec.about.trim().is_empty(), "{name}: `about` is empty");
            ensure!(!spec.finds.is_empty(), "{name}: `finds` is empty");
            Ok(Self { name, place, spec })
        };
        folder::names(&root)?.into_iter().map(load).collect()
    }

    /// Verifies it; an error unless it is refused for the reasons that are expected.
    pub(super) fn refused(&self, scripts: &Path) -> Result<()> {
        let place = tempfile::Builder::new().prefix("restage-lab-").tempdir()?;
        let context = place.path().join("context");
        folder::copy(&self.place.join("context"), &context)?;
        let file = context.join("Dockerfile");
        let original = place.path().join("original.Dockerfile");
        fs::rename(&file, &original)?;
        fs::copy(self.place.join("rewrite.Dockerfile"), &file)?;
        verify::stand_ins(scripts, &[&original, &file])?;
        let wishes = if self.spec.verify.is_null() {
            json!({})
        } else {
            self.spec.verify.clone()
        };
        let call = Call {
            wishes,
            args: &["--no-rebuild", "--original", "../original.Dockerfile"].map(str::to_owned),
            files: &["Dockerfile"],
        };
        let report = call.report(&context)?;
        let proof = &report["files"][0]["proof"];
        let found = proof["differences"].as_array().cloned().unwrap_or_default();
        let said = serde_json::to_string_pretty(proof)?;
        ensure!(proof["verdict"] == "differs", "not refused: {said}");
        for wanted in &self.spec.finds {
            let is_it = |text: &Value| text.as_str().is_some_and(|text| text.contains(wanted));
            ensure!(found.iter().any(is_it), "`{wanted}` is not found: {said}");
        }
        Ok(())
    }
}

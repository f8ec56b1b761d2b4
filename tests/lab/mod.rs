//! The rewrite of a case, built and run beside its original: what one does, the other must do. Then
//! a source changes, and the rewrite is built again: its dependencies must come from the cache.
//!
//! The lab is a folder with the scripts `standin`, `build` and `run`, which drive buildah and
//! podman; see its README.

mod development;
mod engine;
mod http;
mod image;
mod lean;
mod rebuild;
mod rubbish;
mod sizes;
mod start;
mod tls;
mod turn;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use self::engine::{Engine, Image};
use self::image::Mounted;
use self::sizes::Sizes;
use self::start::Seen;
use self::turn::Turn;
use crate::support::case::{Case, Run};
use crate::support::snapshot::{self, Kind};
use crate::support::tool::{self, Copy};

/// A working place for containers, and what was measured in it.
pub(crate) struct Lab {
    engine: Engine,
    sizes: Sizes,
}

impl Lab {
    /// The lab in `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let folder = folder.canonicalize().context("RESTAGE_LAB")?;
        let (engine, sizes) = (Engine::new(folder)?, Sizes::default());
        Ok(Self { engine, sizes })
    }

    /// Cleans up, shows what was measured and keeps it in `target/lab/sizes.tsv`.
    pub(crate) fn finish(&self) {
        self.engine.finish();
        self.sizes.finish();
    }

    /// Builds and runs both images of a case; fails where they differ.
    pub(crate) fn compare(&self, case: &Case) -> Result<()> {
        let run = case.run.as_ref().context("the case has no `run`")?;
        let _turn = Turn::take();
        let place = tempfile::Builder::new().prefix("restage-lab-").tempdir()?;
        let (old, new) = dockerfiles(case, place.path())?;
        self.engine.stand_ins(&[&old, &new])?;
        let label = case.name().replace('/', "-");
        let build = |file: &Path, side: &str| {
            let name = format!("{label}-{side}");
            self.engine
                .build(&name, file, &case.context, &run.build_args)
        };
        let before = build(&old, "before").context("the original does not build")?;
        let after = build(&new, "after").context("the rewrite does not build")?;
        self.sizes
            .record(&case.name(), before.size()?, after.size()?);
        let original = self.seen(run, &before, &old)?;
        same(run, &original, &self.seen(run, &after, &new)?)?;
        fit(case, run, &after)?;
        lean::check(case, &new, &after)?;
        if let Some(again) = rebuild::after_a_change(&self.engine, case, run, &new)? {
            same(run, &original, &self.seen(run, &again, &new)?)
                .context("after a change of the sources")?;
        }
        Ok(())
    }

    fn seen(&self, run: &Run, image: &Image, dockerfile: &Path) -> Result<Seen> {
        let text = std::fs::read_to_string(dockerfile)?;
        start::start(&self.engine, run, image, &text).with_context(|| image.name().to_owned())
    }
}

/// The original and the rewritten file, in a folder of their own: the context stays as it is, so
/// that the layers of both builds can be shared.
fn dockerfiles(case: &Case, place: &Path) -> Result<(PathBuf, PathBuf)> {
    let copy = Copy::of(case)?;
    let old = tool::put(place, "before.Dockerfile", &copy.dockerfile()?)?;
    let said = copy.restage(&["--write"])?;
    let bytes = copy.dockerfile()?;
    ensure!(
        bytes != std::fs::read(&old)?,
        "not rewritten: {}",
        said.stderr
    );
    let new = tool::put(place, "after.Dockerfile", &bytes)?;
    let ignore = case.context.join("Dockerfile.dockerignore");
    for name in ["before", "after"] {
        if ignore.is_file() {
            std::fs::copy(
                &ignore,
                place.join(format!("{name}.Dockerfile.dockerignore")),
            )?;
        }
    }
    Ok((old, new))
}

/// Whether both did the same, and what `case.yaml` says.
fn same(run: &Run, before: &Seen, after: &Seen) -> Result<()> {
    if let (Some(wanted), Seen::Ended { code, .. }) = (run.exit, before) {
        ensure!(
            *code == wanted,
            "the original ends with {code} instead of {wanted}\n{before}"
        );
    }
    if let Some(difference) = before.difference(after) {
        bail!("{difference}\n-- the original\n{before}\n-- the rewrite\n{after}");
    }
    Ok(())
}

/// Whether a rewritten image lacks what it should be without.
fn fit(case: &Case, run: &Run, image: &Image) -> Result<()> {
    let mut wrong = Vec::new();
    let mut unwanted: Vec<&str> = run.gone.iter().map(String::as_str).collect();
    unwanted.extend(image::tools_of(&case.toolchain, case.runtime.as_deref()));
    let there = image.programs(&unwanted)?;
    if !there.is_empty() {
        wrong.push(format!("still in the image: {}", there.join(", ")));
    }
    let user = image.user()?;
    let said = std::fs::read_to_string(snapshot::path(case, Kind::Stderr)).unwrap_or_default();
    let left = development::left(case, &said, &Mounted::of(image)?)?;
    if !left.is_empty() {
        let places = left.join(", ");
        wrong.push(format!(
            "development dependencies are still there: {places}"
        ));
    }
    if image::is_root(&user) && !said.contains("still runs as root") {
        wrong.push(format!("runs as root (`{user}`), and no note says so"));
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

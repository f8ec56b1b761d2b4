//! A built rewrite in, out: whether a change of one line of the sources leaves its dependencies
//! cached, and the image built from that.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::engine::{Engine, Image};
use crate::support::case::{Case, Run};
use crate::support::order::{self, Order};
use crate::support::sources;
use crate::support::tool::Copy;

/// What the builder says of a step that it need not run.
const CACHED: &str = "--> Using cache";

/// Builds `file`, the rewrite of a case that was built before, from a context in which the program
/// has one comment more. `None` where there are no dependencies to be cached.
pub(crate) fn after_a_change(
    engine: &Engine,
    case: &Case,
    run: &Run,
    file: &Path,
) -> Result<Option<Image>> {
    let text = fs::read_to_string(file)?;
    let Order::First(installs) = order::of(case, &text)? else {
        return Ok(None);
    };
    let copy = Copy::of(case)?;
    let changed = change(case, &text, &copy)?;
    let name = format!("{}-again", case.name().replace('/', "-"));
    let image = engine
        .build(&name, file, &copy.context(), &run.build_args)
        .with_context(|| format!("after a change of {changed} the rewrite does not build"))?;
    let steps = steps(image.log());
    let first = steps.iter().position(|step| !step.cached);
    let first = first.with_context(|| format!("a change of {changed} builds nothing anew"))?;
    let cached = steps.iter().take(first);
    let kept = cached.filter(|step| order::is_install_line(&case.toolchain, step.text));
    ensure!(
        kept.count() >= installs,
        "a change of {changed} installs the dependencies anew: the first step that is not cached is `{}`\n{}",
        steps.get(first).map_or("", |step| step.text),
        image.log()
    );
    Ok(Some(image))
}

/// Adds a comment to the file that the program is built from; returns its path.
fn change(case: &Case, dockerfile: &str, copy: &Copy) -> Result<String> {
    let all = sources::of(case)?;
    let mains = sources::mains(case, dockerfile, &all)?;
    let path = mains
        .into_iter()
        .find(|path| order::is_copied(dockerfile, path))
        .context("the build copies no source")?;
    let place = copy.context().join(path);
    let mut file = fs::OpenOptions::new().append(true).open(place)?;
    file.write_all(sources::comment(&case.toolchain).as_bytes())?;
    Ok(path.to_owned())
}

/// A step as the builder tells of it.
struct Step<'l> {
    text: &'l str,
    cached: bool,
}

/// The steps of the first build that a log is about.
fn steps(log: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in log.lines() {
        if line.starts_with(CACHED) {
            if let Some(step) = steps.last_mut() {
                step.cached = true;
            }
            continue;
        }
        // `STEP 2/5: RUN …`, after `[1/2] ` where there are several stages.
        let step = line.split_once("STEP ").filter(|(before, _)| {
            before.is_empty() || (before.starts_with('[') && before.ends_with("] "))
        });
        if let Some((_, text)) = step.and_then(|(_, rest)| rest.split_once(": ")) {
            // FROM does nothing that could be cached.
            let cached = text.to_ascii_uppercase().starts_with("FROM ");
            steps.push(Step { text, cached });
        }
    }
    steps
}

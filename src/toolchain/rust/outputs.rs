//! The programs that a run of cargo makes. In: the package and the command line. Out: their names,
//! where cargo puts them, and where they lie at the end.

use super::commands;
use super::features::Active;
use super::invocation::Invocation;
use super::manifest::Package;
use super::settings::{self, Settings};
use crate::dockerfile::contract::clean;
use crate::dockerfile::instruction::InstructionKind;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::artifact::{self, Made};
use crate::toolchain::compiled::tree::Tree;

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its name.
    pub name: String,
    /// Where cargo puts it.
    pub made: String,
    /// Where it lies at the end; empty when it is gone.
    pub places: Vec<String>,
}

/// The programs that a run of cargo makes.
pub(super) fn of(
    package: &Package,
    active: &Active,
    settings: &Settings,
    cargo: &Invocation,
) -> Result<Vec<Output>, Decline> {
    let selection = &cargo.selection;
    if let Some(bin) = selection.bins.iter().find(|name| {
        !name.contains(['*', '?']) && !package.bins.iter().any(|bin| bin.name == **name)
    }) {
        let message = format!("the package `{}` has no program `{bin}`", package.name);
        return Err(Decline::new(Code::ArtifactNotFound, message));
    }
    let narrowed = !selection.bins.is_empty() || !selection.examples.is_empty() || selection.other;
    let wanted = |name: &str| {
        let named = selection
            .bins
            .iter()
            .any(|bin| bin == name || bin.contains(['*', '?']));
        selection.all_bins || named || !narrowed
    };
    let is_active = |feature: &String| active.features.contains(feature);
    let bins = package.bins.iter().filter(|bin| wanted(&bin.name));
    let bins = bins.filter(|bin| bin.required.iter().all(is_active));
    let names: Vec<(&str, &str)> = bins
        .map(|bin| (bin.name.as_str(), ""))
        .chain(
            selection
                .examples
                .iter()
                .map(|name| (name.as_str(), "examples/")),
        )
        .collect();
    let folder = cargo.profile_folder();
    let mut outputs = Vec::new();
    for (name, below) in names {
        let output = |made: String| Output {
            name: name.to_owned(),
            made: clean(&made),
            places: Vec::new(),
        };
        if cargo.verb == "install" {
            outputs.push(output(format!("{}/{name}", settings.install_dir)));
            continue;
        }
        let root = &settings.target_dir;
        if settings.targets.is_empty() {
            outputs.push(output(format!("{root}/{folder}/{below}{name}")));
        }
        for target in &settings.targets {
            let target = target
                .rsplit('/')
                .next()
                .unwrap_or(target)
                .trim_end_matches(".json");
            outputs.push(output(format!("{root}/{target}/{folder}/{below}{name}")));
        }
    }
    Ok(outputs)
}

/// Where a program lies at the end, after what later commands did to it.
pub(super) fn places(
    build: &Build<'_>,
    tree: &Tree,
    settings: &Settings,
    output: &Output,
    step: usize,
    command: usize,
) -> Vec<String> {
    let made = Made {
        path: output.made.clone(),
        step,
        command,
    };
    let mut places = artifact::places(build, tree, &made);
    let later = |index: usize, at: usize| (index, at) > (step, command);
    for (index, of_step) in build.steps.iter().enumerate() {
        for (at, other) in of_step.commands.iter().enumerate() {
            if later(index, at) && cleans(build, of_step, other, settings) {
                places.retain(|place| !is_within(place, &settings.target_dir));
            }
        }
    }
    // What lies in a mount is not in the layer.
    let mounts = build.steps.get(step).map(mounts).unwrap_or_default();
    places.retain(|place| !mounts.iter().any(|mount| is_within(place, mount)));
    places.sort_by_key(|place| *place != output.made);
    places
}

/// Whether `command` is a `cargo clean` of the same target directory.
fn cleans(build: &Build<'_>, step: &Step<'_>, command: &RunCommand, settings: &Settings) -> bool {
    let Some(Ok(cargo)) = commands::invocation(command) else {
        return false;
    };
    let same = || {
        let other = settings::read(build, step, command, &cargo);
        other.is_ok_and(|other| other.target_dir == settings.target_dir)
    };
    cargo.verb == "clean" && cargo.packages.is_empty() && same()
}

/// The targets of the mounts of a RUN, absolute.
pub(crate) fn mounts(step: &Step<'_>) -> Vec<String> {
    let InstructionKind::Run(run) = &step.instruction.kind else {
        return Vec::new();
    };
    let values = run.flags.iter().filter(|flag| flag.name == "mount");
    let targets = values.filter_map(|flag| {
        let fields = flag.value.as_deref()?.split(',');
        let target =
            fields
                .filter_map(|field| field.split_once('='))
                .find_map(|(name, value)| {
                    matches!(name, "target" | "dst" | "destination").then_some(value)
                })?;
        step.state.absolute(&step.state.expand(target, '\\')?)
    });
    targets.collect()
}

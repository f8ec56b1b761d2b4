//! What may change places. In: steps of a build. Out: whether a step reads the sources, whether a COPY
//! lands in the same place elsewhere, and how files are copied on their own.

use super::installs::Installs;
use crate::dockerfile::contract::State;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::plan::action::Action;
use crate::plan::build::{Build, Step};
use crate::plan::removal;

/// Instructions that neither read nor write files.
pub(super) fn is_neutral(step: &Step<'_>) -> bool {
    matches!(
        step.instruction.kind,
        InstructionKind::Workdir(_)
            | InstructionKind::Env(_)
            | InstructionKind::Arg(_)
            | InstructionKind::Label(_)
            | InstructionKind::Expose(_)
            | InstructionKind::Cmd(_)
            | InstructionKind::Entrypoint(_)
            | InstructionKind::Healthcheck(_)
            | InstructionKind::Stopsignal(_)
            | InstructionKind::Maintainer
    )
}

/// Whether a RUN installs packages, of pip or of the system, and reads nothing of the sources.
pub(super) fn is_independent(build: &Build<'_>, installs: &Installs, step: &Step<'_>) -> bool {
    let InstructionKind::Run(run) = &step.instruction.kind else {
        return false;
    };
    let binds = run.flags.iter().any(|flag| {
        flag.name == "mount"
            && flag
                .value
                .as_deref()
                .is_some_and(|value| value.contains("bind") || !value.contains("type="))
    });
    if binds || !step.understood {
        return false;
    }
    let index = build
        .steps
        .iter()
        .position(|other| std::ptr::eq(other, step));
    let mut pips = installs.runs.iter().filter(|run| Some(run.step) == index);
    if !pips.all(|run| !run.reads_sources) {
        return false;
    }
    step.commands.iter().all(|command| {
        let name = command
            .program
            .as_deref()
            .map(|program| program.rsplit('/').next().unwrap_or(program))
            .unwrap_or_default();
        let reads = command.script.is_some()
            || matches!(name, "cat" | "grep" | "xargs" | "awk" | "source" | ".");
        let installs_packages = match &command.action {
            Action::Packages { names, .. } => names.iter().all(|name| !name.contains('/')),
            Action::Nothing => true,
            Action::Remove(paths) => {
                let mut entries = build.layout.entries.iter();
                !entries.any(|entry| removal::perhaps(paths, &entry.destination))
            }
            _ => false,
        };
        installs_packages && !reads && command.command.redirects.is_empty()
    })
}

/// Whether a COPY puts its files into the same place when it stands where `target` holds.
pub(super) fn lands_the_same(build: &Build<'_>, index: usize, target: &State) -> bool {
    let Some(step) = build.steps.get(index) else {
        return false;
    };
    let (InstructionKind::Copy(copy) | InstructionKind::Add(copy)) = &step.instruction.kind else {
        return false;
    };
    let mut texts = copy.sources.iter().chain([&copy.destination]);
    let plain = texts.all(|text| !text.contains('$'))
        && flag(&copy.flags, "chown").is_none_or(|owner| !owner.contains('$'));
    let destination = copy.destination.as_str();
    let known_directory = destination.ends_with('/')
        || destination == "."
        || copy.sources.len() > 1
        || destination
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'));
    // A file whose destination exists as a directory goes into it: do not let order decide that.
    let is_dir = build
        .layout
        .entries
        .iter()
        .any(|entry| entry.step == index && entry.is_dir);
    plain
        && (known_directory
            || is_dir
            || step.state.absolute(destination) == target.contract.workdir)
        && step.state.absolute(destination) == target.absolute(destination)
}

/// The operands of COPY instructions that bring `files` to where a step looks for them, a line for
/// each directory. `None` where a path cannot be written plainly.
pub(super) fn copy_lines(
    build: &Build<'_>,
    step: &Step<'_>,
    files: &[String],
) -> Option<Vec<String>> {
    let workdir = step.state.contract.workdir.as_deref()?;
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for file in files {
        let path = build.layout.image_path(file)?;
        let (directory, name) = path.rsplit_once('/')?;
        let directory = if directory.is_empty() { "/" } else { directory };
        let is_plain = |text: &str| {
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./+".contains(c))
        };
        // Another name would need a line of its own.
        if !is_plain(file) || !is_plain(&path) || file.rsplit('/').next() != Some(name) {
            return None;
        }
        let relative = match directory.strip_prefix(workdir.trim_end_matches('/')) {
            Some("") => "./".to_owned(),
            Some(rest) if rest.starts_with('/') && workdir != "/" => {
                format!("{}/", rest.trim_start_matches('/'))
            }
            _ if directory == "/" => "/".to_owned(),
            _ => format!("{directory}/"),
        };
        match groups.iter_mut().find(|(known, _)| *known == relative) {
            Some((_, group)) => group.push(file),
            None => groups.push((relative, vec![file])),
        }
    }
    Some(
        groups
            .into_iter()
            .map(|(directory, files)| format!("{} {directory}", files.join(" ")))
            .collect(),
    )
}

//! Dependencies before sources, and caches beside the layers. In: the build. Out: edits of the
//! builder that change the order of its layers and nothing that is in them.

use super::cache;
use super::client::{Client, Verb};
use super::inputs::{inputs, is_there, read_files};
use super::lifecycle;
use super::project::{Install, Project, directory_of, join, request_of};
use crate::dockerfile::instruction::{Copy, InstructionKind};
use crate::dockerfile::line::{LineKind, LogicalLine};
use crate::dockerfile::span::Span;
use crate::edit::Edit;
use crate::outcome::Note;
use crate::plan::because::Because;
use crate::plan::build::{Build, Step};
use crate::plan::builder;
use crate::plan::layout::Entry;

/// Edits, and what is said about them.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    /// The edits that change the order alone.
    pub(super) order: Vec<Edit>,
    /// The edits that mount caches.
    pub(super) mounts: Vec<Edit>,
    /// Why the order stays.
    pub(super) late: Option<Note>,
    /// How else packages could be installed.
    pub(super) advice: Option<Note>,
    /// Emitted lines, and why.
    pub(super) because: Vec<(String, Because)>,
}

/// Finds the edits.
pub(super) fn edits(build: &Build<'_>, project: &Project) -> Layers {
    let mut layers = Layers::default();
    let Some(install) = project.installs.first() else {
        return layers;
    };
    if let Some((copy, index)) = sources_first(build, project, install) {
        match obstacle(build, project, copy, index, install) {
            None => layers.move_up(build, project, copy, index, install),
            Some(why) => {
                layers.late = Some(Note {
                    line: Some(install.line),
                    message: format!(
                        "dependencies are installed anew after every change of a source: {why}"
                    ),
                });
            }
        }
    }
    let mut seen = Vec::new();
    for install in &project.installs {
        if seen.contains(&install.step) {
            continue;
        }
        seen.push(install.step);
        if let Some((at, mount)) = cache::mount(build, project, install) {
            let because = Because::line(CACHE, install.line);
            layers.because.push((mount.trim().to_owned(), because));
            layers.mounts.push(Edit::insert(at, mount));
        }
    }
    layers.ci_note(project, install);
    layers
}

const CACHE: &str = "what was downloaded once is kept beside the layers";

/// The COPY that brings the sources, if it stands before the first installation and brings the
/// manifest too.
fn sources_first<'b>(
    build: &'b Build<'_>,
    project: &Project,
    install: &Install,
) -> Option<(&'b Copy, usize)> {
    let manifest = join(&project.source, "package.json");
    let entry = build.layout.entries.iter().find(|entry| {
        let below = entry.source.is_empty() || manifest.starts_with(&format!("{}/", entry.source));
        entry.source == manifest || (entry.is_dir && below)
    })?;
    let step = build
        .steps
        .get(entry.step)
        .filter(|_| entry.step < install.step)?;
    let whole = entry.is_dir && entry.source == project.source && entry.destination == project.app;
    let own = read_files(project.client);
    let beside = || {
        let mut entries = build.layout.entries.iter();
        let is_source = |it: &Entry| {
            !own.iter()
                .any(|name| join(&project.source, name) == it.source)
        };
        !entry.is_dir && entries.any(|it| it.step == entry.step && is_source(it))
    };
    match &step.instruction.kind {
        InstructionKind::Copy(copy) if whole && copy.sources.len() == 1 => Some((copy, entry.step)),
        InstructionKind::Copy(copy) if !copy.has_heredocs && beside() => Some((copy, entry.step)),
        _ => None,
    }
}

/// Why the installation must stay where it is.
fn obstacle(
    build: &Build<'_>,
    project: &Project,
    copy: &Copy,
    index: usize,
    install: &Install,
) -> Option<String> {
    let step = build.steps.get(index)?;
    if let Err(because) = lifecycle::inputs(build, project) {
        return Some(because.sentence());
    }
    for manifest in project.manifests() {
        if let Some(name) = manifest.local_dependency() {
            return Some(format!(
                "`{name}` lies among them ({})",
                manifest.evidence(name)
            ));
        }
    }
    // Links to programs of members may need them to be there.
    if let Some(member) = project.members.iter().find(|it| it.manifest.has_programs()) {
        return Some(format!("`{}` brings a program", member.source));
    }
    if build.context.exists(&join(&project.source, "binding.gyp")) {
        return Some("`binding.gyp` is used by it".to_owned());
    }
    let modules = join(&project.source, "node_modules");
    if is_there(build, index, &modules) && !build.context.ignore_file().hides(&modules) {
        // The sources would then be poured over what was installed.
        return Some("`.dockerignore` does not leave `node_modules` out".to_owned());
    }
    let mut commands = build.steps.get(install.step)?.commands.iter();
    let also = commands.find_map(|command| {
        let directory = directory_of(command, &request_of(command)?)?;
        project.others.contains(&directory).then_some(directory)
    });
    if let Some(directory) = also {
        return Some(format!("the package in `{directory}` is installed with it"));
    }
    let flags = |name: &str| copy.flags.iter().any(|flag| flag.name == name);
    if flags("exclude") || flags("parents") {
        return Some("it is not known what COPY leaves out".to_owned());
    }
    let between = build.steps.get(index + 1..install.step).unwrap_or_default();
    let installer = build.steps.get(install.step)?;
    let only_metadata = between.iter().all(|step| {
        matches!(
            step.instruction.kind,
            InstructionKind::Label(_)
                | InstructionKind::Expose(_)
                | InstructionKind::Maintainer
                | InstructionKind::Env(_)
                | InstructionKind::Arg(_)
                | InstructionKind::Workdir(_)
                | InstructionKind::User(_)
        )
    });
    let (before, after) = (&step.state, &installer.state);
    let same = before.contract.env == after.contract.env
        && before.args == after.args
        && before.contract.workdir == after.contract.workdir
        && before.contract.user == after.contract.user
        && before.contract.shell == after.contract.shell;
    if !only_metadata || !same {
        return Some("steps between the sources and it change what it sees".to_owned());
    }
    (!only_installs(installer)).then(|| "it does other work too".to_owned())
}

/// Whether a RUN does nothing but install dependencies and clean up.
fn only_installs(step: &Step<'_>) -> bool {
    let InstructionKind::Run(run) = &step.instruction.kind else {
        return false;
    };
    let bound = run.flags.iter().any(|flag| {
        flag.name == "mount"
            && flag
                .value
                .as_deref()
                .is_none_or(|value| value.contains("type=bind") || !value.contains("type="))
    });
    !bound
        && step
            .commands
            .iter()
            .all(|command| match request_of(command) {
                Some(request) => {
                    request.is_install()
                        || matches!(request.verb, Verb::Cache | Verb::Configure | Verb::Tell)
                }
                None => matches!(
                    command.program.as_deref(),
                    Some("echo" | "true" | "set" | "cd") | None
                ),
            })
}

impl Layers {
    fn move_up(
        &mut self,
        build: &Build<'_>,
        project: &Project,
        copy: &Copy,
        index: usize,
        install: &Install,
    ) {
        let Some(step) = build.steps.get(index) else {
            return;
        };
        let dockerfile = build.dockerfile;
        let Some(installer) = build.steps.get(install.step) else {
            return;
        };
        let line_end = dockerfile.line_end();
        let flags: Vec<&str> = copy
            .flags
            .iter()
            .map(|flag| flag.span.of(&dockerfile.text))
            .collect();
        let in_workdir = step.state.contract.workdir.as_deref() == Some(project.app.as_str());
        let destination = |below: &str| match (in_workdir, below) {
            (true, "") => "./".to_owned(),
            (true, below) => below.to_owned(),
            (false, "") => format!("{}/", project.app.trim_end_matches('/')),
            (false, below) => project.path(below),
        };
        let keyword = builder::keyword(dockerfile, "COPY");
        let rule =
            "dependencies are installed before the sources are copied, so that the layer is kept";
        let mut lines = String::new();
        for (names, below) in inputs(build, project, index) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let destination = destination(&below);
            let words = [&flags[..], &names[..], &[destination.as_str()][..]].concat();
            let line = format!("{keyword} {}", words.join(" "));
            lines.push_str(&line);
            lines.push_str(line_end);
            self.because.push((line, Because::line(rule, install.line)));
        }
        let sources = builder::block(dockerfile, step.instruction);
        let packages = builder::block(dockerfile, installer.instruction);
        let text = &dockerfile.text;
        let spaced = Span::new(sources.end, packages.start.max(sources.end));
        let gap = if spaced.of(text).lines().any(|line| line.trim().is_empty()) {
            line_end
        } else {
            ""
        };
        // The last line of the file may lack its end.
        let before = if packages.of(text).ends_with('\n') {
            ""
        } else {
            line_end
        };
        let block = sources.of(text);
        self.order
            .push(Edit::delete(without_gap(build, index, sources)));
        self.order.push(Edit::insert(packages.start, lines));
        self.order
            .push(Edit::insert(packages.end, format!("{before}{gap}{block}")));
    }

    fn ci_note(&mut self, project: &Project, install: &Install) {
        let Some(lockfile) = project.lockfile else {
            return;
        };
        if project.client == Client::Npm && install.request.verb == Verb::Install {
            self.advice = Some(Note {
                line: Some(install.line),
                message: format!("`npm ci` would install exactly what `{lockfile}` lists"),
            });
        }
    }
}

/// A block that is taken out, with the empty line above it where another follows and nobody else
/// takes it.
fn without_gap(build: &Build<'_>, index: usize, block: Span) -> Span {
    let lines = &build.dockerfile.lines.lines;
    let before = lines.iter().rfind(|line| line.span.end <= block.start);
    let after = lines.iter().find(|line| line.span.start >= block.end);
    let is_blank = |line: Option<&LogicalLine>| line.is_some_and(|l| l.kind == LineKind::Blank);
    let is_free = index > 0 && !builder::moves(build, index - 1);
    match before {
        Some(blank) if is_free && is_blank(before) && is_blank(after) => {
            Span::new(blank.span.start, block.end)
        }
        _ => block,
    }
}

#[cfg(test)]
mod tests;

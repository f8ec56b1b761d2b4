//! The environment that is made for a file. In: a build and what it installs. Out: where it is made,
//! and the edits by which every installer finds it.

use super::super::distribution;
use super::super::installs::{By, Installs, PipRun};
use crate::dockerfile::instruction::InstructionKind;
use crate::dockerfile::shell::Reach;
use crate::dockerfile::span::Span;
use crate::edit::Edit;
use crate::plan::build::Build;
use crate::plan::builder::{block, comment_start, keyword};

/// Where the environment is made.
pub(super) struct Place {
    /// Index of the step that it stands before.
    pub(super) step: usize,
    /// A command within a RUN from which on the environment is on PATH: what stands before it
    /// installs a project manager, which is to stay outside.
    within: Option<(usize, usize)>,
}

/// In front of the first command that installs, and of the COPY instructions that lead up to it; a
/// project manager is installed before, beside the environment.
pub(super) fn place(build: &Build<'_>, installs: &Installs) -> Option<Place> {
    let mut runs = installs.runs.iter().filter(|run| run.environment.is_none());
    let all: Vec<&PipRun> = runs.clone().collect();
    let real = all.iter().position(|run| !run.is_tools_only());
    let real = real.unwrap_or(all.len());
    let tool = all
        .get(..real)?
        .iter()
        .rposition(|run| run.install.is_of_managers());
    let first = match tool {
        None => runs.next()?,
        Some(tool) => *all.get(tool + 1)?,
    };
    let installed_with = tool.and_then(|tool| all.get(tool)).map(|run| run.step);
    let within = (installed_with == Some(first.step)).then_some(());
    let within = match within {
        Some(()) => Some((first.step, first.at?.start)),
        None => None,
    };
    Some(Place {
        step: lead(build, first.step),
        within,
    })
}

/// Index of the first of the instructions that lead up to a step.
fn lead(build: &Build<'_>, first: usize) -> usize {
    let is_boundary = |kind: &InstructionKind| {
        matches!(
            kind,
            InstructionKind::From(_)
                | InstructionKind::Run(_)
                | InstructionKind::User(_)
                | InstructionKind::Shell(_)
        )
    };
    let before = build.steps.get(..first).unwrap_or_default();
    let after_boundary = before
        .iter()
        .rposition(|step| is_boundary(&step.instruction.kind))
        .map_or(0, |index| index + 1);
    let is_setting = |kind: &InstructionKind| {
        matches!(
            kind,
            InstructionKind::Env(_)
                | InstructionKind::Arg(_)
                | InstructionKind::Workdir(_)
                | InstructionKind::Label(_)
                | InstructionKind::Maintainer
                | InstructionKind::Expose(_)
        )
    };
    let settings = before.get(after_boundary..).unwrap_or_default();
    let skipped = settings
        .iter()
        .take_while(|step| is_setting(&step.instruction.kind))
        .count();
    after_boundary + skipped
}

/// The edits that make the environment at `path`, and have every installer find it.
pub(crate) fn edits(build: &Build<'_>, installs: &Installs, path: &str) -> Vec<Edit> {
    let Some(place) = place(build, installs) else {
        return Vec::new();
    };
    let Some(step) = build.steps.get(place.step) else {
        return Vec::new();
    };
    let at = comment_start(build.dockerfile, step.instruction);
    let end = build.dockerfile.line_end();
    let (run, env) = (
        keyword(build.dockerfile, "RUN"),
        keyword(build.dockerfile, "ENV"),
    );
    let pip = renewed_pip(build, path);
    // A file that sets its parts apart by empty lines gets one behind this part too.
    let before = build.dockerfile.text.get(..at).unwrap_or_default();
    let is_apart = before.ends_with("\n\n") || before.ends_with("\r\n\r\n");
    let apart = if is_apart { end } else { "" };
    let on_path = format!("PATH=\"{path}/bin:$PATH\"");
    let mut variables = variables(installs, path);
    if place.within.is_none() {
        variables.push(on_path.clone());
    }
    let mut text = format!("{run} python -m venv {path}{pip}{end}");
    if !variables.is_empty() {
        text.extend([&env, " ", &variables.join(" "), end]);
    }
    text.push_str(apart);
    let mut edits = vec![Edit::insert(at, text)];
    if let Some((step, command)) = place.within
        && let Some(step) = build.steps.get(step)
    {
        edits.push(Edit::insert(command, format!("export {on_path} && ")));
        let behind = block(build.dockerfile, step.instruction).end;
        let before = build.dockerfile.text.get(..behind).unwrap_or_default();
        let line = if before.ends_with('\n') {
            format!("{env} {on_path}{end}")
        } else {
            format!("{end}{env} {on_path}")
        };
        edits.push(Edit::insert(behind, line));
    }
    edits.extend(moved_projects(build, path));
    edits
}

/// Variables by which installers other than pip find the environment.
/// Source: poetry's and Pipenv's documentation of environments, uv's of its variables.
fn variables(installs: &Installs, path: &str) -> Vec<String> {
    let any = |is: &dyn Fn(By) -> bool| {
        installs
            .runs
            .iter()
            .any(|run| run.environment.is_none() && is(run.by))
    };
    let mut found = Vec::new();
    if any(&|by| matches!(by, By::Manager(_))) {
        found.push(format!("VIRTUAL_ENV={path}"));
    }
    if any(&|by| by == By::UvPip) {
        found.push(format!("UV_PYTHON={path}/bin/python"));
    }
    found
}

/// uv's variable for the environment of a project, where it names the interpreter's own prefix.
const PROJECT: &str = "UV_PROJECT_ENVIRONMENT";
const PREFIX: &str = "/usr/local";

/// The environment instead of the interpreter's own prefix in uv's variable.
fn moved_projects(build: &Build<'_>, path: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for step in &build.steps {
        let start = step.instruction.span.start;
        let text = step.instruction.span.of(&build.dockerfile.text);
        for (at, _) in text.match_indices(PROJECT) {
            let rest = text.get(at + PROJECT.len()..).unwrap_or_default();
            let value = rest.trim_start_matches(['=', ' ', '"', '\'']);
            let is_prefix = value.strip_prefix(PREFIX).is_some_and(|behind| {
                let behind = behind.strip_prefix('/').unwrap_or(behind);
                !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
            });
            if is_prefix {
                let from = start + at + PROJECT.len() + (rest.len() - value.len());
                let span = Span::new(from, from + PREFIX.len());
                edits.push(Edit::replace(span, path));
            }
        }
    }
    edits
}

/// Up to Python 3.6, `venv` brings a pip that cannot read today's wheels, while the image has a
/// newer one and names its version. Source: the Dockerfile templates of the official image.
fn renewed_pip(build: &Build<'_>, path: &str) -> String {
    let minor = distribution::version(build).and_then(|version| version.minor);
    if minor.is_some_and(|minor| minor <= 6) {
        format!(" && {path}/bin/pip install --no-cache-dir \"pip==$PYTHON_PIP_VERSION\"")
    } else {
        String::new()
    }
}

/// Whether a command may be put in front of the one from which on the environment is on PATH.
pub(super) fn is_plain(installs: &Installs, place: &Place) -> bool {
    let Some((_, start)) = place.within else {
        return true;
    };
    let mut runs = installs.runs.iter();
    let run = runs.find(|run| run.at.is_some_and(|at| at.start == start));
    run.is_some_and(|run| run.reach == Reach::default())
}

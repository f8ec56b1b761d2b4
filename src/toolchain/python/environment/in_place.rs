//! Packages that stay where pip put them: in the interpreter's own prefix, which the final stage gets as
//! a whole. Larger than an environment by a second interpreter, and right wherever something names what
//! lies there by its path or sets PATH anew. In: a build and what it installs. Out: the prefix.

use super::Packages;
use crate::dockerfile::instruction::InstructionKind;
use crate::plan::action::Action;
use crate::plan::build::Build;
use crate::plan::layout::is_within;
use crate::toolchain::python::distribution;
use crate::toolchain::python::installs::{By, Installs, PipRun};
use crate::toolchain::python::rungs;

/// Variables that lead pip or the interpreter to another place.
/// Source: pip's and Python's own documentation of their environment variables.
pub(super) const ELSEWHERE: [&str; 7] = [
    "PYTHONHOME",
    "PYTHONUSERBASE",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_USER",
    "PIP_ROOT",
    "PIP_PYTHON",
];

/// The prefix of the official image's interpreter. `None` where not all that is installed lies there, or
/// where other things do.
pub(in super::super) fn in_place(build: &Build<'_>, installs: &Installs) -> Option<Packages> {
    let is_official = !distribution::is_plain(build) && rungs::under_uv(build).is_none();
    // Project managers choose other places, and would come along.
    let is_followed = |run: &PipRun| run.by == By::Pip && !run.install.brings_manager();
    let found = is_official
        && installs.environments.is_empty()
        && installs.runs.iter().all(is_followed)
        && !leads_elsewhere(build)
        && !has_other_owner(build);
    found.then(|| Packages::System(distribution::PREFIX.to_owned()))
}

fn leads_elsewhere(build: &Build<'_>) -> bool {
    build.steps.iter().any(|step| match &step.instruction.kind {
        InstructionKind::Env(pairs) => pairs
            .iter()
            .any(|pair| ELSEWHERE.contains(&pair.name.as_str())),
        _ => false,
    })
}

/// Whether something in the prefix is given to another owner: a copy as a whole has one.
fn has_other_owner(build: &Build<'_>) -> bool {
    build.commands().any(|(_, command)| match &command.action {
        Action::Own { paths, .. } => paths.iter().any(|path| {
            is_within(path, distribution::PREFIX) || is_within(distribution::PREFIX, path)
        }),
        _ => false,
    })
}

//! Cache mounts. In: a build and its pip commands. Out: edits that keep what pip fetches between
//! builds, without a byte of it in a layer.

use super::installs::{By, Installs, PipRun};
use super::interpreter::is_pip;
use super::manager::Manager;
use crate::dockerfile::instruction::InstructionKind;
use crate::edit::Edit;
use crate::plan::action::Action;
use crate::plan::build::{Build, Step};
use crate::plan::builder::{comment_start, keyword};
use crate::plan::layout::is_within;

/// Where pip keeps what it has fetched, for root. Source: pip's documentation of its cache.
const CACHE: &str = "/root/.cache/pip";

/// The variable that tells pip to keep no cache.
const NO_CACHE: &str = "PIP_NO_CACHE_DIR";

/// `--mount=type=cache` for every RUN whose pip would keep a cache in its layer.
pub(super) fn mounts(build: &Build<'_>, installs: &Installs) -> Vec<Edit> {
    if !build.options.buildkit {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for (index, step) in build.steps.iter().enumerate() {
        let InstructionKind::Run(run) = &step.instruction.kind else {
            continue;
        };
        let pips: Vec<&PipRun> = installs
            .runs
            .iter()
            .filter(|run| run.step == index && run.by == By::Pip)
            .collect();
        let mounted = run.flags.iter().any(|flag| flag.name == "mount");
        let is_plain = step.instruction.heredocs.is_empty() && !mounted;
        if !pips.is_empty()
            && is_plain
            && pips.iter().all(|pip| !pip.install.no_cache)
            && has_default_cache(step)
        {
            edits.push(Edit::insert(
                run.command_start,
                format!("--mount=type=cache,target={CACHE} "),
            ));
        }
    }
    edits
}

/// A line that keeps an installer's cache out of a home directory that travels whole, where it would
/// double what is installed: uv's packages are hard links to it.
pub(super) fn none_at_home(
    build: &Build<'_>,
    installs: &Installs,
    directories: &[String],
) -> Option<Edit> {
    let travels = |home: &str| {
        let mut homes = build
            .commands()
            .filter_map(|(_, command)| match &command.action {
                Action::Account(account) => account.home.as_deref(),
                _ => None,
            });
        let mut directories = directories.iter();
        directories.any(|directory| is_within(home, directory)) || homes.any(|own| own == home)
    };
    let (run, variable) = installs.runs.iter().find_map(|run| {
        let variable = no_cache(run.by)?;
        let at_home = home(build, installs, run).is_some_and(|home| travels(&home));
        (at_home && !run.install.no_cache).then_some((run, variable))
    })?;
    let step = build.steps.get(run.step)?;
    let mut env = step.state.contract.env.iter();
    if env.any(|(name, _)| name == variable) {
        return None;
    }
    let env = keyword(build.dockerfile, "ENV");
    let end = build.dockerfile.line_end();
    let at = comment_start(build.dockerfile, step.instruction);
    Some(Edit::insert(at, format!("{env} {variable}=1{end}")))
}

/// The variable that tells an installer to keep no cache.
/// Source: the documentation of pip and of uv.
fn no_cache(by: By) -> Option<&'static str> {
    match by {
        By::Pip => Some(NO_CACHE),
        By::UvPip | By::Manager(Manager::Uv) => Some("UV_NO_CACHE"),
        By::Manager(_) => None,
    }
}

/// The home directory of whoever installs, other than root's.
fn home(build: &Build<'_>, installs: &Installs, run: &PipRun) -> Option<String> {
    let place = run.environment.as_deref();
    let own = place.filter(|path| installs.is_of_user(path));
    if let Some(home) = own.and_then(|place| place.strip_suffix("/.local")) {
        return Some(home.to_owned());
    }
    let state = &build.steps.get(run.step)?.state;
    let set = state.lookup("HOME").filter(|home| home != "/root");
    let name = state.contract.user.split(':').next().unwrap_or_default();
    let of_account = || {
        build
            .commands()
            .find_map(|(_, command)| match &command.action {
                Action::Account(account) if account.name == name => account.home.clone(),
                _ => None,
            })
    };
    set.or_else(of_account)
}

/// Whether pip's cache lies where root has it, and nothing but pip touches it.
fn has_default_cache(step: &Step<'_>) -> bool {
    let moved = [NO_CACHE, "PIP_CACHE_DIR", "XDG_CACHE_HOME", "HOME"];
    let is_set = |name: &str| {
        moved.contains(&name)
            && (step
                .state
                .contract
                .env
                .iter()
                .chain(&step.state.args)
                .any(|(known, _)| known == name)
                || step
                    .commands
                    .iter()
                    .any(|command| command.variables.contains_key(name)))
    };
    let is_root = matches!(step.state.contract.user.as_str(), "" | "root" | "0");
    // A directory that something is mounted below cannot be removed.
    let is_touched = step.commands.iter().any(|command| {
        let name = command
            .program
            .as_deref()
            .map(|program| program.rsplit('/').next().unwrap_or(program));
        let purges = name.is_some_and(is_pip) && command.subcommand() == Some("cache");
        purges
            || command.command.words.iter().any(|word| {
                word.raw.contains(".cache")
                    || word.raw.trim_end_matches(['/', '*']).ends_with("/root")
            })
    });
    is_root && !is_touched && !moved.iter().any(|name| is_set(name))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;

    const FILES: &[(&str, &str)] = &[("app.py", "")];
    const MOUNT: &str = "--mount=type=cache,target=/root/.cache/pip ";
    const END: &str = "CMD [\"python\", \"app.py\"]\n";

    fn edited(body: &str) -> String {
        let text = format!("FROM python:3.12\n{body}{END}");
        Project::new(&text, FILES).edited().unwrap()
    }

    #[test]
    fn a_cache_is_mounted_only_where_pip_keeps_one() {
        for (body, mounted) in [
            ("RUN pip install a\n", true),
            ("RUN pip install --no-cache-dir a\n", false),
            ("ENV PIP_NO_CACHE_DIR=1\nRUN pip install a\n", false),
            ("RUN PIP_NO_CACHE_DIR=1 pip install a\n", false),
            ("RUN pip install a && rm -rf /root/.cache\n", false),
            (
                "RUN --mount=type=cache,target=/root/.cache/pip pip install a\n",
                false,
            ),
        ] {
            assert_eq!(
                edited(&format!("WORKDIR /app\n{body}COPY app.py .\n"))
                    .contains(&format!("RUN {MOUNT}pip")),
                mounted || body.contains("RUN --mount"),
                "{body}"
            );
        }
        let mut project = Project::new(
            &format!("FROM python:3.12\nWORKDIR /app\nRUN pip install a\nCOPY app.py .\n{END}"),
            FILES,
        );
        project.options.buildkit = false;
        assert!(!project.edited().unwrap().contains("--mount"));
    }
}

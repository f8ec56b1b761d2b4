//! The accounts that the build makes, made again in the final stage.

use super::action::{Account, Action};
use super::build::{Build, RunCommand};
use super::ladder::Chosen;
use crate::dockerfile::shell;

/// The accounts and groups that the build makes, each with its line.
pub(super) fn made<'b>(build: &'b Build<'_>) -> impl Iterator<Item = (usize, &'b Account)> {
    build
        .commands()
        .filter_map(|(_, command)| match &command.action {
            Action::Account(account) => Some((command.line, account)),
            _ => None,
        })
}

/// Whether the commands that make accounts are the same in both stages.
pub(super) fn same_tools(build: &Build<'_>, chosen: &Chosen) -> bool {
    build.base.image.libc() == chosen.image.libc() && chosen.image.has_shell()
}

/// The commands of the original that make accounts, as one RUN, where the final stage has them.
pub(super) fn reproduced(build: &Build<'_>, chosen: &Chosen) -> Vec<String> {
    if !same_tools(build, chosen) {
        return Vec::new();
    }
    let commands: Vec<String> = build
        .commands()
        .filter(|(_, command)| command.script.is_none() && is_wanted(command, chosen))
        .map(|(_, command)| plain_text(build, command))
        .collect();
    if commands.is_empty() {
        Vec::new()
    } else {
        vec![format!("RUN {}", commands.join(" \\\n    && "))]
    }
}

/// Whether a command makes an account; one that hangs on a condition only where there is none.
fn is_wanted(command: &RunCommand, chosen: &Chosen) -> bool {
    match &command.action {
        Action::Account(account) => {
            let is_there = !account.is_group && chosen.image.account(&account.name).is_some();
            !(command.command.reach.conditional && is_there)
        }
        _ => false,
    }
}

/// A command as it is written or, where it refers to variables, which the final stage sets later
/// or not at all, with their values.
fn plain_text(build: &Build<'_>, command: &RunCommand) -> String {
    let text = command.command.span.of(&build.dockerfile.text);
    if !text.contains('$') {
        return text.to_owned();
    }
    let words = command.program.as_deref().into_iter();
    let words = words.chain(command.known_arguments());
    words.map(shell::quoted).collect::<Vec<_>>().join(" ")
}

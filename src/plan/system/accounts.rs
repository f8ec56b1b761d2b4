//! Accounts and groups that a command makes.

use super::words::operands;
use crate::plan::action::{Account, Action};
use crate::plan::build::RunCommand;

pub(super) fn account(command: &RunCommand) -> Action {
    let command = &with_single_flags(command);
    let program = command.program.as_deref().unwrap_or_default();
    let is_group = program.ends_with("groupadd") || program.ends_with("addgroup");
    let with_value = [
        "-u",
        "--uid",
        "-g",
        "--gid",
        "-G",
        "--groups",
        "--ingroup",
        "-h",
        "-d",
        "--home",
        "--home-dir",
        "-s",
        "--shell",
        "-c",
        "--comment",
        "--gecos",
        "-k",
        "--skel",
        "-b",
        "-p",
        "--password",
        "-K",
    ];
    let Some(words) = operands(command, &with_value) else {
        return Action::Unknown;
    };
    let Some(name) = words.first().cloned() else {
        return Action::Unknown;
    };
    let value = |flags: &[&str]| {
        flags
            .iter()
            .find_map(|flag| command.flag_value(flag))
            .flatten()
    };
    let id = value(if is_group {
        &["-g", "--gid"]
    } else {
        &["-u", "--uid"]
    });
    let home = value(&["-d", "--home-dir", "--home", "-h"]);
    let makes_home = !is_group
        && (command.has_flag("-m")
            || command.has_flag("--create-home")
            || (program.ends_with("adduser")
                && !command.has_flag("-H")
                && !command.has_flag("--no-create-home")));
    // Debian's `adduser --system` makes no home unless one is named.
    let homeless = program.ends_with("adduser") && command.has_flag("--system") && home.is_none();
    let home = home
        .or_else(|| Some(format!("/home/{name}")))
        .filter(|_| makes_home && !homeless);
    let id = id.and_then(|id| id.parse().ok());
    Action::Account(Account {
        name,
        is_group,
        id,
        home,
    })
}

/// The command with `-ms` written as `-m -s`.
fn with_single_flags(command: &RunCommand) -> RunCommand {
    let mut single = command.clone();
    single.arguments = Vec::new();
    for argument in &command.arguments {
        let flags = argument
            .as_deref()
            .and_then(|word| word.strip_prefix('-'))
            .filter(|flags| flags.len() > 1 && flags.bytes().all(|b| b.is_ascii_alphabetic()));
        match flags {
            Some(flags) => single
                .arguments
                .extend(flags.chars().map(|flag| Some(format!("-{flag}")))),
            None => single.arguments.push(argument.clone()),
        }
    }
    single
}

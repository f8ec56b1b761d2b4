//! Accounts and groups that a command makes.

use super::words::operands;
use crate::plan::action::{Account, Action};
use crate::plan::build::RunCommand;

pub(super) fn account(command: &RunCommand) -> Action {
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

//! Files that a command brings from elsewhere: downloads, archives, repositories.

use super::words::{operands, written};
use crate::plan::action::Action;
use crate::plan::build::RunCommand;
use crate::plan::layout::is_system_directory;
use crate::plan::user::is_root;

pub(super) fn curl(command: &RunCommand) -> Action {
    let value = command
        .flag_value("-o")
        .or_else(|| command.flag_value("--output"));
    let bundled = command.arguments.iter().position(|word| {
        word.as_deref().is_some_and(|word| {
            word.starts_with('-') && !word.starts_with("--") && word.ends_with('o')
        })
    });
    let value =
        value.or_else(|| bundled.map(|at| command.arguments.get(at + 1).cloned().flatten()));
    let remote_name = command.has_flag("-O")
        || command.has_flag("--remote-name")
        || command
            .known_arguments()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('O'));
    match value {
        Some(Some(path)) => written(command, &path),
        Some(None) => Action::Unknown,
        None if remote_name => downloaded_name(command),
        None => Action::Nothing,
    }
}

pub(super) fn wget(command: &RunCommand) -> Action {
    let value = command
        .flag_value("-O")
        .or_else(|| command.flag_value("--output-document"));
    let bundled = command.arguments.iter().position(|word| {
        word.as_deref().is_some_and(|word| {
            word.starts_with('-')
                && !word.starts_with("--")
                && word.len() > 2
                && word.ends_with('O')
        })
    });
    let value =
        value.or_else(|| bundled.map(|at| command.arguments.get(at + 1).cloned().flatten()));
    match value {
        Some(Some(path)) if path == "-" => Action::Nothing,
        Some(Some(path)) => written(command, &path),
        Some(None) => Action::Unknown,
        None => downloaded_name(command),
    }
}

/// A download that takes its name from the address.
pub(super) fn downloaded_name(command: &RunCommand) -> Action {
    let name = command
        .known_arguments()
        .filter(|word| word.contains("://"))
        .filter_map(|address| address.rsplit('/').next())
        .find(|name| !name.is_empty() && !name.contains(['?', '*']));
    name.map_or(Action::Unknown, |name| written(command, name))
}

pub(super) fn tar(command: &RunCommand) -> Action {
    let mode = command.known_arguments().next().unwrap_or_default();
    let extracts = mode.contains('x') || command.has_flag("--extract");
    if !extracts {
        return Action::Nothing;
    }
    let directory = command
        .flag_value("-C")
        .or_else(|| command.flag_value("--directory"));
    match directory {
        Some(Some(path)) => unpacked(command, &path),
        Some(None) => Action::Unknown,
        None => unpacked(command, "."),
    }
}

pub(super) fn unzip(command: &RunCommand) -> Action {
    match command.flag_value("-d") {
        Some(Some(path)) => unpacked(command, &path),
        Some(None) => Action::Unknown,
        None => unpacked(command, "."),
    }
}

/// What an archive holds is known only where it has a directory to itself.
pub(super) fn unpacked(command: &RunCommand, path: &str) -> Action {
    match command.absolute(path) {
        Some(path) if path == "/tmp" || path.starts_with("/tmp/") => Action::Nothing,
        Some(path) if !is_system_directory(&path) => Action::Write(vec![path]),
        _ => Action::Unknown,
    }
}

/// git, and Mercurial, whose verbs are the same.
pub(super) fn git(command: &RunCommand) -> Action {
    let with_value = [
        "-b", "--branch", "--depth", "-C", "-c", "--config", "-r", "--rev", "-u",
    ];
    let Some(words) = operands(command, &with_value) else {
        return Action::Unknown;
    };
    match words.first().map(String::as_str) {
        Some("clone") => {
            let name = words
                .get(1)
                .and_then(|url| url.trim_end_matches('/').rsplit('/').next());
            let name = name.map(|name| name.trim_end_matches(".git"));
            let target = words.get(2).map(String::as_str).or(name);
            target.map_or(Action::Unknown, |target| written(command, target))
        }
        Some(
            "checkout" | "submodule" | "pull" | "reset" | "apply" | "fetch" | "lfs" | "update"
            | "up",
        ) => Action::Build,
        Some("config") if command.has_flag("--system") => {
            Action::Write(vec!["/etc/gitconfig".to_owned()])
        }
        Some("config") if command.has_flag("--global") && is_root(&command.user) => {
            Action::Write(vec!["/root/.gitconfig".to_owned()])
        }
        _ => Action::Nothing,
    }
}

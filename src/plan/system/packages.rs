//! apt and apk: which packages a command installs.

use super::words::operands;
use crate::plan::action::{Action, Manager};
use crate::plan::build::RunCommand;

pub(super) fn apt(command: &RunCommand) -> Action {
    let Some(words) = operands(command, &["-o", "-t", "--target-release", "-c"]) else {
        return Action::Unknown;
    };
    match words.split_first() {
        Some((verb, names)) if verb == "install" => {
            let names = split(names).map(package_name).collect();
            Action::Packages {
                manager: Manager::Apt,
                names,
            }
        }
        Some((verb, _)) if verb == "build-dep" || verb == "source" => Action::Nothing,
        _ => Action::Nothing,
    }
}

pub(super) fn apk(command: &RunCommand) -> Action {
    let with_value = [
        "-t",
        "--virtual",
        "-X",
        "--repository",
        "-p",
        "--root",
        "--keys-dir",
    ];
    let Some(words) = operands(command, &with_value) else {
        return Action::Unknown;
    };
    match words.split_first() {
        Some((verb, names)) if verb == "add" => {
            // `.build-deps` names a group, `pkg@edge` a repository.
            let names = split(names).filter(|name| !name.starts_with('.'));
            let names = names.map(package_name).collect();
            Action::Packages {
                manager: Manager::Apk,
                names,
            }
        }
        _ => Action::Nothing,
    }
}

/// A variable without quotes holds several names.
fn split(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().flat_map(|name| name.split_whitespace())
}

/// A package's name without version, architecture and repository.
pub(super) fn package_name(word: &str) -> String {
    word.split(['=', '<', '>', '~', '@', ':', '/'])
        .next()
        .unwrap_or(word)
        .to_owned()
}

//! Words of a command as paths: flags left out, made absolute, patterns cut short.

use crate::plan::action::Action;
use crate::plan::build::RunCommand;

/// The arguments that are no flags, as absolute paths. `with_value` are flags that take a value in
/// the next word. `None` when one is unknown.
pub(super) fn paths(command: &RunCommand, with_value: &[&str]) -> Option<Vec<String>> {
    let paths = absolute(command, with_value)?;
    Some(paths.iter().map(|path| before_pattern(path)).collect())
}

/// The same with their patterns.
pub(super) fn absolute(command: &RunCommand, with_value: &[&str]) -> Option<Vec<String>> {
    operands(command, with_value)?
        .iter()
        .map(|path| command.absolute(path))
        .collect()
}

/// The directory that holds all that a pattern can match; a path without one is itself.
pub(in crate::plan) fn before_pattern(path: &str) -> String {
    let Some(at) = path.find(['*', '?', '[', '{']) else {
        return path.to_owned();
    };
    let directory = path
        .get(..at)
        .and_then(|start| start.rsplit_once('/'))
        .map(|(start, _)| start);
    match directory {
        None | Some("") => "/".to_owned(),
        Some(directory) => directory.to_owned(),
    }
}

/// The arguments that are no flags. `None` when one is unknown.
pub fn operands(command: &RunCommand, with_value: &[&str]) -> Option<Vec<String>> {
    if command.arguments.iter().any(Option::is_none) {
        return None;
    }
    open_operands(command, with_value).into_iter().collect()
}

/// The arguments that are no flags; `None` for those that are unknown, which are taken for none.
pub(super) fn open_operands(command: &RunCommand, with_value: &[&str]) -> Vec<Option<String>> {
    let mut operands = Vec::new();
    let mut skip = false;
    let mut only_operands = false;
    for argument in &command.arguments {
        if skip {
            skip = false;
            continue;
        }
        let Some(word) = argument.as_deref() else {
            operands.push(None);
            continue;
        };
        if word == "--" {
            only_operands = true;
        } else if !only_operands && word.len() > 1 && word.starts_with('-') {
            skip = with_value.contains(&word);
        } else {
            operands.push(Some(word.to_owned()));
        }
    }
    operands
}

pub(super) fn written(command: &RunCommand, path: &str) -> Action {
    command
        .absolute(path)
        .map_or(Action::Unknown, |path| Action::Write(vec![path]))
}

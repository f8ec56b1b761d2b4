//! Whether the interpreters of scripts are there. Scripts of the distribution's packages are left to
//! it: what a package only recommends (`python3` for one of its tools), it works without.

use std::collections::BTreeSet;

use super::{Finding, FindingKind, Start};
use crate::verify::files::resolve::absolute;
use crate::verify::files::{Entry, Files, Head};

/// Adds the executable scripts in the folders of `PATH` whose interpreter is missing.
pub(super) fn check(files: &Files, start: &Start, found: &mut BTreeSet<Finding>) {
    let mut seen = BTreeSet::new();
    for folder in start.path().split(':') {
        let folder = absolute(&start.workdir, folder);
        let Some((real, _)) = files.resolve(&folder) else {
            continue;
        };
        if !seen.insert(real.clone()) {
            continue;
        }
        for (name, _) in files.folder(&real) {
            let path = absolute(&real, name);
            if let Some((_, entry)) = files.resolve(&path)
                && entry.mode & 0o111 != 0
            {
                let missing = missing(files, start, &path, entry);
                found.extend(missing.filter(|_| !files.is_of_package(&path)));
            }
        }
    }
}

/// What runs the script at `path` and is missing.
pub(super) fn missing(files: &Files, start: &Start, path: &str, script: &Entry) -> Option<Finding> {
    interpreters(script).into_iter().find_map(|name| {
        let there = files.find_program(&name, start.path(), &start.workdir);
        there
            .is_none_or(|(_, entry)| entry.mode & 0o111 == 0)
            .then(|| Finding {
                kind: FindingKind::MissingScriptInterpreter,
                path: path.to_owned(),
                what: name,
            })
    })
}

/// The programs that run a script: the one that the `#!` line names, and the one that `env` there
/// is to find. Nothing for what is no script.
pub(super) fn interpreters(script: &Entry) -> Vec<String> {
    let Some(Head::Script(line)) = script.file().map(|file| &file.head) else {
        return Vec::new();
    };
    let (program, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    if program.is_empty() {
        return Vec::new();
    }
    // The kernel takes a name without a slash as a path too.
    let path = if program.contains('/') {
        program.to_owned()
    } else {
        format!("./{program}")
    };
    let is_env = program.rsplit('/').next() == Some("env");
    let found_by_env = is_env.then(|| sought_by_env(argument.trim())).flatten();
    std::iter::once(path).chain(found_by_env).collect()
}

/// What `env` looks for. It gets the rest of the line as one argument, and cuts it into words only
/// behind `-S`.
fn sought_by_env(argument: &str) -> Option<String> {
    let split = argument
        .strip_prefix("--split-string=")
        .or_else(|| argument.strip_prefix("-vS"))
        .or_else(|| argument.strip_prefix("-S"));
    let Some(text) = split else {
        return (!argument.is_empty() && !argument.starts_with('-')).then(|| argument.to_owned());
    };
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "-u" | "--unset" | "-C" | "--chdir" => _ = words.next(),
            _ if word.starts_with('-') || word.contains('=') => {}
            _ => return Some(word.to_owned()),
        }
    }
    None
}

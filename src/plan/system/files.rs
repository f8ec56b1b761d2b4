//! Files that a command changes: owners, modes, copies, links, edits in place.

use super::words::{before_pattern, open_operands, operands, paths};
use crate::dockerfile::contract::clean;
use crate::plan::action::Action;
use crate::plan::build::RunCommand;
use crate::plan::layout::is_system_directory;

pub(super) fn own(command: &RunCommand) -> Action {
    let Some(mut words) = operands(command, &["--from"]) else {
        return Action::Unknown;
    };
    if words.len() < 2 {
        return Action::Unknown;
    }
    let owner = words.remove(0);
    let owner = if command.program.as_deref() == Some("chgrp") {
        format!(":{owner}")
    } else {
        owner
    };
    let paths: Option<Vec<String>> = words
        .iter()
        .map(|path| command.absolute(path).map(|path| before_pattern(&path)))
        .collect();
    let is_recursive = |word: &str| {
        word == "--recursive"
            || (word.starts_with('-') && !word.starts_with("--") && word.contains('R'))
    };
    let recursive = command.known_arguments().any(is_recursive);
    paths.map_or(Action::Unknown, |paths| Action::Own {
        owner,
        paths,
        recursive,
    })
}

pub(super) fn changed_mode(command: &RunCommand) -> Action {
    // The mode may look like a flag (`-x`) and never is a path.
    let Some(words) = operands(command, &[]) else {
        return Action::Unknown;
    };
    let mode_is_flag = command.known_arguments().any(|word| {
        word.starts_with('-')
            && word
                .trim_start_matches('-')
                .chars()
                .all(|c| "rwxXst".contains(c))
    });
    let paths = words.iter().skip(usize::from(!mode_is_flag));
    let paths: Option<Vec<String>> = paths
        .map(|path| command.absolute(path).map(|path| before_pattern(&path)))
        .collect();
    paths.map_or(Action::Unknown, Action::Mode)
}

pub(super) fn copied(command: &RunCommand) -> Action {
    if command
        .program
        .as_deref()
        .is_some_and(|program| program.ends_with("install"))
        && (command.has_flag("-d") || command.has_flag("--directory"))
    {
        let directories = paths(command, &["-m", "-o", "-g", "--mode", "--owner", "--group"]);
        return directories.map_or(Action::Unknown, Action::MakeDirectory);
    }
    let Some(words) = operands(
        command,
        &["-m", "-o", "-g", "-t", "--mode", "--target-directory"],
    ) else {
        return Action::Unknown;
    };
    let Some((target, sources)) = words.split_last() else {
        return Action::Unknown;
    };
    let Some(path) = command.absolute(target) else {
        return Action::Unknown;
    };
    // Where there is no such directory yet, a tree that is copied or moved becomes it.
    let is_tree = command.known_arguments().any(|word| {
        let short = word.starts_with('-') && !word.starts_with("--");
        matches!(word, "--recursive" | "--archive") || (short && word.contains(['a', 'r', 'R']))
    });
    let program = command.program.as_deref().unwrap_or_default();
    let is_whole = program.ends_with("mv") || (program.ends_with("cp") && is_tree);
    if is_whole && sources.len() == 1 && !is_system_directory(&path) {
        return Action::Write(vec![path]);
    }
    // Into a directory that has other things, the file itself is what was written.
    let into = target.ends_with('/') || target == "." || is_system_directory(&path);
    if !into {
        return Action::Write(vec![path]);
    }
    let inside = |source: &String| {
        let name = source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(source);
        let is_one = !name.contains(['*', '?']) && !matches!(name, "" | "." | "..");
        is_one.then(|| clean(&format!("{path}/{name}")))
    };
    let written: Option<Vec<String>> = sources.iter().map(inside).collect();
    match written {
        Some(paths) => Action::Write(paths),
        None if is_system_directory(&path) => Action::Unknown,
        None => Action::Write(vec![path]),
    }
}

pub(super) fn made_directories(command: &RunCommand) -> Action {
    let known = || paths(command, &["-m", "--mode"]).map(Action::MakeDirectory);
    of_manuals(command)
        .or_else(known)
        .unwrap_or(Action::Unknown)
}

/// The directories of manual pages, of which a loop or a pattern names several: all of them are taken.
/// Source: man-pages(7), "Sections of the manual pages".
pub(super) fn of_manuals(command: &RunCommand) -> Option<Action> {
    let section = "/usr/share/man/man";
    let words = command.command.words.iter().skip(1);
    let mut words = words
        .map(|word| word.raw.trim_matches('"'))
        .filter(|word| !word.starts_with('-'))
        .peekable();
    words.peek()?;
    let is_open = |word: &str| {
        word.strip_prefix(section)
            .is_some_and(|rest| rest.starts_with(['$', '{']))
    };
    words.all(is_open).then(|| {
        let sections = 1..=8;
        Action::MakeDirectory(
            sections
                .map(|number| format!("{section}{number}"))
                .collect(),
        )
    })
}

pub(super) fn in_place(command: &RunCommand) -> Action {
    let edits = command
        .known_arguments()
        .any(|word| word.starts_with("-i") || word == "--in-place");
    if !edits {
        return Action::Nothing;
    }
    let has_script = command.has_flag("-e") || command.has_flag("-f");
    // Which text it puts in may be unknown, where it does may not.
    let words = open_operands(command, &["-e", "-f", "--expression"]);
    let paths = words.iter().skip(usize::from(!has_script));
    let paths: Option<Vec<String>> = paths
        .map(|path| command.absolute(path.as_deref()?))
        .collect();
    paths.map_or(Action::Unknown, Action::Write)
}

/// `dos2unix` writes each file anew, or, told so, every second one (its manual).
pub(super) fn converted(command: &RunCommand) -> Action {
    paths(command, &["-c", "--convmode", "-e", "-i"]).map_or(Action::Unknown, Action::Write)
}

/// What `find` runs leaves what was there, removes it, or writes beside it.
pub(super) fn find(command: &RunCommand) -> Action {
    let words: Vec<&str> = command.known_arguments().collect();
    let is_exec = |word: &str| word.starts_with("-exec") || word == "-ok" || word == "-okdir";
    let behind = |(at, word): (usize, &&str)| {
        is_exec(word).then(|| words.get(at + 1).copied().unwrap_or_default())
    };
    let runs: Vec<&str> = words.iter().enumerate().filter_map(behind).collect();
    let keeps = |name: &&str| matches!(*name, "rm" | "chmod" | "touch" | "strip" | "echo" | "ls");
    let writes = |name: &&str| matches!(*name, "gzip" | "brotli" | "zstd" | "sed" | "dos2unix");
    if runs.iter().all(keeps) {
        return Action::Nothing;
    }
    if !runs.iter().all(|name| keeps(name) || writes(name)) {
        return Action::Unknown;
    }
    let is_start = |word: &&Option<String>| {
        let word = word.as_deref().unwrap_or_default();
        !word.starts_with(['-', '(', '!'])
    };
    let starts = command.arguments.iter().take_while(is_start);
    let starts: Option<Vec<String>> = starts
        .map(|start| command.absolute(start.as_deref()?))
        .collect();
    let is_own = |paths: &Vec<String>| {
        !paths.is_empty() && !paths.iter().any(|path| is_system_directory(path))
    };
    starts.filter(is_own).map_or(Action::Unknown, Action::Write)
}

/// What the packages write that Dockerfiles configure anew.
pub(super) fn reconfigured(command: &RunCommand) -> Action {
    let words = operands(command, &["-f", "--frontend", "-p", "--priority"]).unwrap_or_default();
    let written: &[&str] = match words.as_slice() {
        [name] if name == "locales" => &["/usr/lib/locale", "/etc/default/locale"],
        [name] if name == "tzdata" => &["/etc/localtime", "/etc/timezone"],
        _ => return Action::Unknown,
    };
    Action::Write(written.iter().map(|path| (*path).to_owned()).collect())
}

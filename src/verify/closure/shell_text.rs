//! What a shell that a container starts runs in turn: in go the words `/bin/sh -c text`, out come
//! the programs that the text names and that run whatever else happens.

use super::Start;
use crate::dockerfile::shell::{self, Command};

/// A program that a text starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Started {
    /// Its name.
    pub(super) name: String,
    /// The directory in which it is started.
    pub(super) workdir: String,
}

/// Those programs, as far as the text says which they are. None for words that start no shell, and
/// for a text with functions or with what is not understood.
pub(super) fn programs(words: &[String], start: &Start) -> Vec<Started> {
    let Some(text) = text(words) else {
        return Vec::new();
    };
    let script = shell::parse(text);
    if !script.understood || !script.functions.is_empty() {
        return Vec::new();
    }
    let always = |command: &&Command| !command.reach.conditional && !command.reach.substituted;
    script
        .commands
        .iter()
        .filter(always)
        .filter_map(|command| started(command, start))
        .collect()
}

/// The text that a shell gets: the word behind an option with `c`, as in `-c` or `-exc`.
fn text(words: &[String]) -> Option<&str> {
    let (program, arguments) = words.split_first()?;
    let name = program.rsplit('/').next()?;
    if !matches!(name, "sh" | "bash" | "ash" | "dash") {
        return None;
    }
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next().and_then(|word| word.strip_prefix('-')) {
        if option == "o" {
            arguments.next();
        } else if !option.starts_with('-') && option.contains('c') {
            return arguments.next().map(String::as_str);
        }
    }
    None
}

fn started(command: &Command, start: &Start) -> Option<Started> {
    let own = |name: &str| {
        let mut all = command.assignments.iter();
        all.any(|(assigned, _)| assigned == name)
    };
    // A text that sets where programs are looked for is not followed.
    if own("PATH") {
        return None;
    }
    let lookup = |name: &str| start.variable(name).map(str::to_owned);
    let mut words = command.words.iter().map(|word| word.resolve(&lookup));
    let mut name = words.next()??;
    if name == "exec" {
        name = words.next()??;
    }
    let told = !name.is_empty() && !name.starts_with('-') && !shell::is_builtin(&name);
    let workdir = command.directory_from(&start.workdir, &lookup)?;
    (told && name != "command").then_some(Started { name, workdir })
}

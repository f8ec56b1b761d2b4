//! Shell text that needs no shell, and what only a shell can do.

use super::{Word, parse};

/// The words of a text that is one command and uses no feature of the shell, so that it can be
/// written in exec form. A leading `exec` has no meaning there and is left out.
pub fn plain_words(text: &str) -> Option<Vec<String>> {
    let script = parse(text);
    let [command] = script.commands.as_slice() else {
        return None;
    };
    let plain = script.understood && command.assignments.is_empty() && command.redirects.is_empty();
    let mut words: Vec<String> = command
        .words
        .iter()
        .map(Word::value)
        .collect::<Option<_>>()?;
    if words.first().is_some_and(|word| word == "exec") {
        words.remove(0);
    }
    let first = words.first()?;
    (plain && !is_builtin(first)).then_some(words)
}

/// What the shell does itself.
pub fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "set"
            | "export"
            | "echo"
            | "printf"
            | "cd"
            | "test"
            | "["
            | "[["
            | ":"
            | "true"
            | "false"
            | "exit"
            | "return"
            | "shift"
            | "unset"
            | "trap"
            | "wait"
            | "read"
            | "local"
            | "eval"
            | "declare"
            | "readonly"
            | "umask"
            | "ulimit"
            | "alias"
            | "let"
            | "break"
            | "continue"
            | "pwd"
            | "type"
            | "hash"
            | "kill"
            | "getopts"
            | "source"
            | "."
    )
}

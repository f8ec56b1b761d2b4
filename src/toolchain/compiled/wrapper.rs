//! Programs that start another one. In: the words of a command that starts. Out: the words that
//! could be the program itself.

use super::tree::file_name;
use crate::plan::entry::StartCommand;

/// Init programs, and programs that change something and then become their argument.
const WRAPPERS: [&str; 14] = [
    "tini",
    "tini-static",
    "dumb-init",
    "catatonit",
    "gosu",
    "su-exec",
    "setpriv",
    "chpst",
    "s6-setuidgid",
    "env",
    "nice",
    "timeout",
    "stdbuf",
    "setsid",
];

/// Programs that start others from a configuration of their own.
const SUPERVISORS: [&str; 10] = [
    "supervisord",
    "s6-svscan",
    "runsvdir",
    "runsv",
    "monit",
    "foreman",
    "goreman",
    "hivemind",
    "honcho",
    "crond",
];

/// The words that may be the program: the first one, and behind a wrapper each one that follows.
pub(crate) fn programs(start: &StartCommand) -> Vec<&str> {
    let Some(first) = start.program() else {
        return Vec::new();
    };
    if !is_wrapper(first) {
        return vec![first];
    }
    let behind = start.arguments().iter().flatten().map(String::as_str);
    behind
        .filter(|word| !word.starts_with('-') && !word.contains('='))
        .collect()
}

/// Whether a program starts the one that its arguments name.
pub(crate) fn is_wrapper(program: &str) -> bool {
    WRAPPERS.contains(&file_name(program))
}

/// Whether a program starts others that only its configuration names.
pub(crate) fn is_supervisor(program: &str) -> bool {
    SUPERVISORS.contains(&file_name(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<String> {
        let start = StartCommand {
            words: words.iter().map(|word| Some((*word).to_owned())).collect(),
            directory: "/".into(),
            because: crate::plan::because::Because::default(),
        };
        programs(&start).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn what_a_wrapper_starts_stands_behind_it() {
        assert_eq!(of(&["/app/x", "serve"]), ["/app/x"]);
        assert_eq!(
            of(&["/usr/bin/tini", "-g", "--", "/app/x", "y"]),
            ["/app/x", "y"]
        );
        assert_eq!(of(&["env", "A=b", "x"]), ["x"]);
    }
}

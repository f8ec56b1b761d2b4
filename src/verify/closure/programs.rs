//! Whether what the container starts is there, and may be executed by whom it runs as.

use std::collections::BTreeSet;

use super::{Finding, FindingKind, Start, scripts, shell_text};
use crate::verify::files::Files;

/// What a container starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What names it: `ENTRYPOINT`, `CMD`, `HEALTHCHECK`.
    pub what: &'static str,
    /// The program and its arguments, as they are executed.
    pub words: Vec<String>,
}

impl Program {
    /// The program of a health check, from its `Test` in the configuration of an image: `NONE`,
    /// `CMD` and words, or `CMD-SHELL` and a text for `shell` (that of the image, or the default
    /// `/bin/sh -c`).
    pub fn of_healthcheck(test: &[String], shell: &[String]) -> Option<Self> {
        let (kind, rest) = test.split_first()?;
        let words = match kind.as_str() {
            "CMD" => rest.to_vec(),
            "CMD-SHELL" if shell.is_empty() => {
                [&["/bin/sh".to_owned(), "-c".to_owned()], rest].concat()
            }
            "CMD-SHELL" => [shell, rest].concat(),
            _ => return None,
        };
        Some(Self {
            what: "HEALTHCHECK",
            words,
        })
    }
}

/// Adds what is started and missing, or may not be executed.
pub(super) fn check(files: &Files, start: &Start, found: &mut BTreeSet<Finding>) {
    for program in &start.programs {
        let mut check = Check {
            files,
            start,
            what: program.what,
            found,
        };
        let mut words = program.words.as_slice();
        while let Some(name) = words.first() {
            check.started(name, &start.workdir);
            for command in shell_text::programs(words, start) {
                check.started(&command.name, &command.workdir);
            }
            words = behind_init(words);
        }
    }
}

/// Programs that start the one behind them and look after its children.
const INITS: [&str; 5] = [
    "catatonit",
    "docker-init",
    "dumb-init",
    "tini",
    "tini-static",
];

/// What an init program starts: what stands behind `--`, or behind its name when it has no options.
fn behind_init(words: &[String]) -> &[String] {
    let Some((init, rest)) = words.split_first() else {
        return &[];
    };
    let name = init.rsplit('/').next().unwrap_or_default();
    if !INITS.contains(&name) {
        return &[];
    }
    if rest.first().is_some_and(|word| !word.starts_with('-')) {
        return rest;
    }
    let separator = rest.iter().position(|word| word == "--");
    separator.map_or(&[], |at| &rest[at + 1..])
}

/// Scripts run by scripts that are followed, as Linux has it (`binfmt_script`).
const NESTED_SCRIPTS: usize = 4;

struct Check<'a> {
    files: &'a Files,
    start: &'a Start,
    what: &'static str,
    found: &'a mut BTreeSet<Finding>,
}

impl Check<'_> {
    fn started(&mut self, name: &str, workdir: &str) {
        match self.files.find_program(name, self.start.path(), workdir) {
            Some((path, _)) => self.executed(&path, NESTED_SCRIPTS),
            None => self.add(
                FindingKind::MissingProgram,
                self.what.to_owned(),
                name.to_owned(),
            ),
        }
    }

    fn executed(&mut self, path: &str, depth: usize) {
        let Some((_, entry)) = self.files.resolve(path) else {
            return;
        };
        let user = &self.start.user;
        let interpreters = scripts::interpreters(entry);
        let readable = interpreters.is_empty() || self.files.may_read(path, user);
        if !readable || !self.files.may_execute(path, user) {
            let what = user.to_string();
            return self.add(FindingKind::NotExecutable, path.to_owned(), what);
        }
        if let Some(finding) = scripts::missing(self.files, self.start, path, entry) {
            self.found.insert(finding);
            return;
        }
        for name in interpreters.iter().filter(|_| depth > 0) {
            let Start { workdir, .. } = self.start;
            if let Some((path, _)) = self.files.find_program(name, self.start.path(), workdir) {
                self.executed(&path, depth - 1);
            }
        }
    }

    fn add(&mut self, kind: FindingKind, path: String, what: String) {
        self.found.insert(Finding { kind, path, what });
    }
}

//! A command of a RUN with its words resolved: what toolchains and the planner ask of it.

use std::collections::BTreeMap;

use super::action::Action;
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell::Command;

/// A command of a RUN, resolved.
#[derive(Debug, Clone)]
pub struct RunCommand {
    /// As parsed.
    pub command: Command,
    /// The program; `None` for assignments and redirections alone.
    pub program: Option<String>,
    /// The arguments, `None` where one hangs on something unknown.
    pub arguments: Vec<Option<String>>,
    /// The directory in which it runs.
    pub directory: Option<String>,
    /// Whom it runs as; empty or `root` for root.
    pub user: String,
    /// Variables set for this command and by those before it in the same RUN.
    pub variables: BTreeMap<String, String>,
    /// What it does.
    pub action: Action,
    /// The line in the Dockerfile, counted from 1.
    pub line: usize,
    /// The script of the context that it stands in, if it does not stand in the Dockerfile.
    pub script: Option<String>,
    /// The address whose contents it is fed through a pipe: `curl address | sh`.
    pub fed_by: Option<String>,
}

impl RunCommand {
    /// A command of which no more is known than how it is written.
    pub(super) fn bare(command: Command) -> Self {
        Self {
            command,
            program: None,
            arguments: Vec::new(),
            directory: None,
            user: String::new(),
            variables: BTreeMap::new(),
            action: Action::Nothing,
            line: 0,
            script: None,
            fed_by: None,
        }
    }

    /// Program and arguments as written, shortened for messages.
    pub fn display(&self) -> String {
        let words: Vec<&str> = self
            .command
            .words
            .iter()
            .map(|word| word.raw.as_str())
            .collect();
        let text = words.join(" ");
        match text.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// The arguments that are known, in order.
    pub fn known_arguments(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().flatten().map(String::as_str)
    }

    /// The first argument.
    pub fn subcommand(&self) -> Option<&str> {
        self.arguments.first()?.as_deref()
    }

    /// Whether `flag` is among the arguments, alone or as `flag=value`.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.known_arguments()
            .any(|word| word == flag || word.strip_prefix(flag).is_some_and(|r| r.starts_with('=')))
    }

    /// The value of `--flag value` or `--flag=value`; the inner `None` when it is unknown.
    pub fn flag_value(&self, flag: &str) -> Option<Option<String>> {
        for (index, argument) in self.arguments.iter().enumerate() {
            let Some(word) = argument.as_deref() else {
                continue;
            };
            if word == flag {
                return self.arguments.get(index + 1).cloned();
            }
            if let Some(value) = word
                .strip_prefix(flag)
                .and_then(|rest| rest.strip_prefix('='))
            {
                return Some(Some(value.to_owned()));
            }
        }
        None
    }

    /// `path` made absolute by the directory in which the command runs.
    pub fn absolute(&self, path: &str) -> Option<String> {
        if path.starts_with('/') {
            return Some(clean(path));
        }
        Some(clean(&format!("{}/{path}", self.directory.as_deref()?)))
    }
}

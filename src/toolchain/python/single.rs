//! A small image that a second stage would gain nothing for. In: a build and what is known of it. Out:
//! what its one stage can be made better by.

use super::commands::{Tool, tool};
use super::installs::Installs;
use super::layers;
use crate::outcome::Decline;
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Needs, Single};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::Entry;

/// The analysis of a stage that stays the only one. Where what its program needs is not known, it goes
/// on as root.
pub(super) fn of(
    build: &Build<'_>,
    installs: &Installs,
    entry: &Entry,
    reason: Decline,
    whole: Result<Analysis, Decline>,
) -> Analysis {
    let single = Single {
        reason,
        order: layers::order(build, installs),
        notes: Vec::new(),
        leaves: leaves(build, entry),
        made: made(build),
        directories: Vec::new(),
    };
    let analysis = whole.unwrap_or_else(|unknown| Analysis {
        needs: Needs {
            root: Some(match unknown.line {
                Some(line) => Because::line(unknown.message, line),
                None => Because::rule(unknown.message),
            }),
            ..Needs::default()
        },
        ..Analysis::default()
    });
    Analysis {
        single: Some(single),
        ..analysis
    }
}

/// Commands of Django whose results are only read when it serves, unless they are run again.
/// Source: Django's documentation of django-admin.
const READ_ONLY: [&str; 6] = [
    "collectstatic",
    "compilemessages",
    "makemessages",
    "check",
    "test",
    "tailwind",
];

/// The directories in which commands of the build work.
fn made(build: &Build<'_>) -> Vec<String> {
    let works = build
        .commands()
        .filter(|(_, command)| command.action == Action::Build);
    works
        .filter_map(|(_, command)| command.directory.clone())
        .collect()
}

/// A command of the project's own that may leave a database, or something else that it writes to later.
fn leaves(build: &Build<'_>, entry: &Entry) -> Option<Because> {
    let runs_again = |name: &str| {
        let mut words = entry.commands.iter().flat_map(|command| &command.words);
        words.any(|word| word.as_deref() == Some(name))
    };
    let is_read = |name: &str| READ_ONLY.contains(&name) && !runs_again(name);
    let is_open = |command: &RunCommand| match tool(command) {
        Some(Tool::Django(name)) => !name.is_some_and(is_read),
        Some(Tool::Script(_) | Tool::Module(_)) => true,
        _ => false,
    };
    let (_, command) = build.commands().find(|(_, command)| is_open(command))?;
    let rule = format!(
        "`{}` may leave files that the program writes to",
        command.display()
    );
    Some(Because::line(rule, command.line))
}

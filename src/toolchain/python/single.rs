//! A small image that a second stage would gain nothing for. In: a build and what is known of it. Out:
//! what its one stage can be made better by.

use super::commands::{Tool, tool};
use super::installs::Installs;
use super::layers;
use crate::outcome::Decline;
use crate::plan::analysis::{Analysis, Needs, Single};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};

/// The analysis of a stage that stays the only one. Where what its program needs is not known, it goes
/// on as root.
pub(super) fn of(
    build: &Build<'_>,
    installs: &Installs,
    reason: Decline,
    whole: Result<Analysis, Decline>,
) -> Analysis {
    let single = Single {
        reason,
        order: layers::order(build, installs),
        notes: Vec::new(),
        leaves: leaves(build),
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

/// Commands of Django whose results are only read when it serves.
/// Source: Django's documentation of django-admin.
const READ_ONLY: [&str; 6] = [
    "collectstatic",
    "compilemessages",
    "makemessages",
    "check",
    "test",
    "tailwind",
];

/// A command of the project's own that may leave a database, or something else that it writes to later.
fn leaves(build: &Build<'_>) -> Option<Because> {
    let is_open = |command: &RunCommand| match tool(command) {
        Some(Tool::Django(name)) => !name.is_some_and(|name| READ_ONLY.contains(&name)),
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

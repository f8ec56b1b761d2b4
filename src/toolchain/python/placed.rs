//! Where packages lie in both stages, and the program that finds them there. In: a build, what it installs
//! and what it starts. Out: both, or why neither place will do.

use super::environment::{self, Packages};
use super::installs::Installs;
use super::program::{self, Program};
use super::{benefit, distribution, places};
use crate::outcome::{Code, Decline, Note};
use crate::plan::build::Build;
use crate::plan::entry::Entry;

/// Where packages lie, and the program: an environment is made for them where everything finds it, else
/// they stay in the interpreter's own prefix.
pub(super) fn read(
    build: &Build<'_>,
    installs: &Installs,
    entry: &Entry,
) -> Result<(Packages, Program), Decline> {
    let found = environment::choose(build, installs, entry).and_then(|packages| {
        let made = matches!(packages, Packages::Made(_));
        let program = program::read(build, entry, installs, made)?;
        if made {
            places::check(build)?;
        }
        Ok((packages, program))
    });
    let Err(reason) = found else { return found };
    let Some(stays) = environment::in_place(build, installs) else {
        if reason.code == Code::UnsupportedProject {
            benefit::check(build, installs)?;
        }
        return Err(reason);
    };
    let mut program = program::read(build, entry, installs, false)?;
    let prefix = distribution::PREFIX;
    let message = format!(
        "packages stay in `{prefix}`, which is copied as a whole: {}",
        reason.message
    );
    program.notes.push(Note {
        line: reason.line,
        message,
    });
    Ok((stays, program))
}

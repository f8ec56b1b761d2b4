//! Programs of somebody else's, whose sources say nothing here: they may write wherever root may,
//! and go on as root.

use super::Reader;
use crate::plan::because::Because;
use crate::plan::entry::StartCommand;
use crate::toolchain::python::started;

/// Modules of the standard library that are started by name, and write nothing.
const STANDARD: [&str; 5] = ["asyncio", "http", "json", "smtpd", "wsgiref"];

impl Reader<'_, '_> {
    /// A console script that one of the packages brings.
    pub(super) fn foreign(&mut self, command: &StartCommand, name: &str) {
        let mut locals = self.installs.locals.iter();
        let is_own = locals.any(|local| local.scripts.iter().any(|script| script == name));
        if is_own || started::runs_project(name) || started::is_wrapper(name) {
            return;
        }
        self.program.root.get_or_insert_with(|| Because {
            rule: format!("what `{name}` writes is not known"),
            evidence: command.because.evidence.clone(),
        });
    }

    /// The package or module behind `python -m`.
    pub(super) fn module(&mut self, command: &StartCommand, module: &str) {
        let file = format!("{module}.py");
        let is_own = |path: &str| path.split('/').any(|part| part == module || part == file);
        if !STANDARD.contains(&module) && !self.build.context.files().any(is_own) {
            self.foreign(command, module);
        }
    }
}

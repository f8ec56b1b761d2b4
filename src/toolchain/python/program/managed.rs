//! Project managers that start the program. In: what starts. Out: what they run, and ENTRYPOINT and
//! CMD without them.

use super::super::installs::By;
use super::super::launch;
use super::super::manager::{Does, Manager};
use super::Reader;
use crate::outcome::{Code, Decline, Note};
use crate::plan::build::Build;
use crate::plan::entry::StartCommand;

impl Reader<'_, '_> {
    /// What a project manager runs in the environment.
    pub(super) fn managed(
        &mut self,
        command: &StartCommand,
        program: &str,
        arguments: &[Option<String>],
    ) -> Result<Option<Vec<Option<String>>>, Decline> {
        let name = program.rsplit('/').next().unwrap_or(program);
        let Some(manager) = Manager::of(name) else {
            return Ok(None);
        };
        let Does::Run(run) = manager.does(arguments) else {
            return Ok(None);
        };
        let inner = run.inner();
        let first = inner.first().cloned().flatten().unwrap_or_default();
        if !self
            .installs
            .runs
            .iter()
            .any(|run| run.by == By::Manager(manager))
        {
            return Err(self.toolchain(name, &command.because));
        }
        if let Some(place) = own_script(self.build, manager, &command.directory, &first) {
            let message = format!("what `{name} run {first}` runs is told in `{place}`");
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(self.line)
                .hint("start the program itself"));
        }
        self.managed.push((manager, command.because.clone()));
        Ok(Some(inner))
    }

    /// ENTRYPOINT and CMD without project managers, where all of them stand there.
    pub(super) fn launch(&mut self) -> Result<(), Decline> {
        let Some((manager, because)) = self.managed.first() else {
            return Ok(());
        };
        match launch::of(self.build) {
            Some((launch, count)) if count == self.managed.len() => {
                let name = manager.name();
                let message = format!(
                    "`{name} run` is not needed at start: what it runs is found on PATH in the environment that the build made"
                );
                self.program.notes.push(Note {
                    line: Some(self.line),
                    message,
                });
                self.program.launch = Some(launch);
                Ok(())
            }
            _ => Err(self.toolchain(manager.name(), because)),
        }
    }
}

/// The manifest in which a manager finds a script of that name for its `run`, if there is one: those
/// of `[tool.pdm.scripts]` and of the Pipfile's `[scripts]`.
fn own_script(build: &Build<'_>, manager: Manager, directory: &str, name: &str) -> Option<String> {
    let keys: &[&str] = match manager {
        Manager::Pdm => &["tool", "pdm", "scripts"],
        Manager::Pipenv => &["scripts"],
        Manager::Poetry | Manager::Uv => return None,
    };
    let file = build.context_path(&format!("{directory}/{}", manager.files().0))?;
    let document: toml::Table = build.context.read(&file)?.parse().ok()?;
    let mut value = document.get(*keys.first()?)?;
    for key in keys.iter().skip(1) {
        value = value.get(*key)?;
    }
    value.get(name).map(|_| file)
}

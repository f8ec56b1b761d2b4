//! Which environment a command installs into. In: the command, PATH and the user. Out: the place, where
//! the file itself makes one.

use super::super::directories::is_whole;
use super::super::pip::{self, Pip};
use super::{Environment, Reader};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand, Step};

impl Reader<'_, '_> {
    /// The environment that pip installs into: a user other than root installs into a place of his
    /// own where no other environment is chosen. Source: pip's documentation of user installs.
    pub(super) fn place(
        &mut self,
        step: &Step<'_>,
        command: &RunCommand,
        active: Option<&str>,
        words: &[pip::Word<'_>],
    ) -> Result<Option<String>, Decline> {
        let environment = self.environment(step, command, active);
        let is_root = matches!(command.user.as_str(), "" | "root" | "0");
        let Pip::Install(install) = pip::read(words) else {
            return Ok(environment);
        };
        if let Some(target) = install.targets.last() {
            return self.target(command, target).map(Some);
        }
        if is_root && install.for_user {
            let message = "`--user` puts packages below root's home directory";
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(command.line)
                .hint("install them without `--user`"));
        }
        if is_root || environment.is_some() {
            return Ok(environment);
        }
        let Some(home) = user_home(self.build, step, command) else {
            let message = format!(
                "pip runs as `{}` and installs below its home directory, which is not known",
                command.user
            );
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(command.line)
                .hint("install packages before USER"));
        };
        let path = format!("{home}/.local");
        if !self.is_environment(&path) {
            let of_user = true;
            let path = path.clone();
            self.installs
                .environments
                .push(Environment { path, of_user });
        }
        Ok(Some(path))
    }

    /// The directory of `--target`: it has no interpreter, and is found as the file says.
    fn target(&mut self, command: &RunCommand, target: &str) -> Result<String, Decline> {
        let path = command.absolute(target).filter(|path| is_whole(path));
        let Some(path) = path else {
            let message = format!("`--target {target}` puts packages among those of the system");
            return Err(Decline::new(Code::UnsupportedProject, message).at(command.line));
        };
        self.make(path.clone());
        Ok(path)
    }

    /// An environment that the file makes.
    pub(super) fn make(&mut self, path: String) {
        if !self.is_environment(&path) {
            let of_user = false;
            self.installs
                .environments
                .push(Environment { path, of_user });
        }
    }

    /// The environment whose pip or interpreter a command calls.
    pub(super) fn environment(
        &self,
        step: &Step<'_>,
        command: &RunCommand,
        active: Option<&str>,
    ) -> Option<String> {
        let program = command.program.as_deref()?;
        if program.contains('/') {
            let path = command.absolute(program)?;
            let prefix = path.rsplit_once("/bin/")?.0.to_owned();
            return self.is_environment(&prefix).then_some(prefix);
        }
        if let Some(path) = active {
            return Some(path.to_owned());
        }
        self.on_path(step, command)
    }

    /// The first environment on PATH.
    pub(super) fn on_path(&self, step: &Step<'_>, command: &RunCommand) -> Option<String> {
        let path = command
            .variables
            .get("PATH")
            .cloned()
            .or_else(|| step.state.lookup("PATH"))?;
        path.split(':')
            .take_while(|directory| *directory != "/usr/local/bin")
            .filter_map(|directory| directory.strip_suffix("/bin"))
            .find(|prefix| self.is_environment(prefix))
            .map(str::to_owned)
    }

    pub(super) fn is_environment(&self, prefix: &str) -> bool {
        self.installs
            .environments
            .iter()
            .any(|environment| environment.path == prefix)
    }
}

/// The home directory of the user that a command runs as: what HOME says, else that of the account
/// that the build makes.
fn user_home(build: &Build<'_>, step: &Step<'_>, command: &RunCommand) -> Option<String> {
    let own = command.variables.get("HOME").cloned();
    let set = own.or_else(|| step.state.lookup("HOME"));
    if let Some(home) = set.filter(|home| home.starts_with('/')) {
        return Some(clean(&home));
    }
    let name = command.user.split(':').next().unwrap_or_default();
    build.commands().find_map(|(_, made)| match &made.action {
        Action::Account(account) if !account.is_group && account.name == name => {
            Some(account.home.clone()?.trim_end_matches('/').to_owned())
        }
        _ => None,
    })
}

//! Where a program that starts lies, and who brings it.

use super::Reader;
use crate::knowledge::base_image::Flavour;
use crate::knowledge::carried::carries;
use crate::knowledge::programs::{alpine_package, debian_package};
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::layout::is_within;
use crate::toolchain::python::distribution;
use crate::toolchain::python::interpreter::is_interpreter;

impl Reader<'_, '_> {
    /// Whether a path in the image is known to come from the build context or from a command.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.build
            .context_path(path)
            .is_some_and(|file| self.build.context.exists(&file))
            || self.build.foreign.iter().any(|(known, _)| known == path)
            || self
                .build
                .commands()
                .any(|(_, command)| match &command.action {
                    Action::Write(paths) => paths.iter().any(|known| is_within(path, known)),
                    Action::Build => {
                        command
                            .directory
                            .as_deref()
                            .is_some_and(|at| is_within(path, at))
                            && !is_python_file(path)
                    }
                    _ => false,
                })
            || self
                .installs
                .environments
                .iter()
                .any(|environment| is_within(path, &environment.path))
    }

    /// Whether the distribution brings a program of that name, and no installed package does.
    pub(super) fn is_of_the_system(&self, name: &str) -> bool {
        let named = |distribution: &str| self.installs.names(distribution).is_some();
        // `supervisor` and a few others are packages of both worlds.
        if named(name) || (name == "supervisord" && named("supervisor")) {
            return false;
        }
        let installs_it = self.build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|package| package == name))
        });
        installs_it
            || carries(&self.build.base.image, name)
            || debian_package(name, None).is_some()
            || alpine_package(name).is_some()
    }

    /// The interpreter's own directory does not see an environment that is made beside it.
    pub(super) fn absolute(&self, program: &str, name: &str) -> Result<(), Decline> {
        self.is_of_the_image(program, name)?;
        if !self.made || !program.starts_with("/usr/") {
            return Ok(());
        }
        let message = format!("`{program}` would not find packages in a virtual environment");
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(self.line)
            .hint(format!("call it by its name, `{name}`")))
    }

    /// Full images hold the distribution's own interpreter too, which slim ones lack.
    pub(super) fn is_of_the_image(&self, program: &str, name: &str) -> Result<(), Decline> {
        let is_other = is_interpreter(name) && is_system_program(program);
        if !is_other
            || self.build.base.image.flavour != Flavour::Full
            || distribution::is_installed(self.build)
        {
            return Ok(());
        }
        let message = format!("`{program}` is the distribution's interpreter, and not the image's");
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(self.line)
            .hint(format!("call `{name}` by its name")))
    }

    /// The interpreter that the first line of a started file names.
    pub(super) fn shebang(&self, path: &str) -> Result<(), Decline> {
        let Some(text) = self
            .build
            .context_path(path)
            .and_then(|file| self.build.context.read(&file))
        else {
            return Ok(());
        };
        let Some(line) = text.lines().next().and_then(|line| line.strip_prefix("#!")) else {
            return Ok(());
        };
        let program = line.split_whitespace().next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or(program);
        self.is_of_the_image(program, name)?;
        if self.made && is_interpreter(name) && !program.ends_with("/env") {
            let message = format!(
                "`{path}` names `{program}`, which would not find packages in a virtual environment"
            );
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(self.line)
                .hint("begin it with `#!/usr/bin/env python3`"));
        }
        Ok(())
    }
}

fn is_python_file(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension == "py")
}

/// Whether a path leads into the directories of the distribution's programs.
fn is_system_program(path: &str) -> bool {
    path.rsplit_once('/')
        .is_some_and(|(directory, _)| matches!(directory, "/bin" | "/usr/bin"))
}

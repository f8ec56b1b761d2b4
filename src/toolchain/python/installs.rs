//! What the build installs, and into which environment. In: a build. Out: the commands that install,
//! the distributions that they name, and the virtual environments that the file makes.

mod managed;
mod places;

use super::commands::{Tool, activation, tool};
use super::distribution;
use super::manager::Manager;
use super::pip::{self, Install, Pip};
use super::project::{self, Local};
use super::requirements::{self, Export, Named};
use crate::dockerfile::shell::Reach;
use crate::dockerfile::span::Span;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand, Step};

/// Everything that is installed.
#[derive(Debug, Default)]
pub(super) struct Installs {
    /// The commands, in file order.
    pub(super) runs: Vec<PipRun>,
    /// The virtual environments that the file makes.
    pub(super) environments: Vec<Environment>,
    /// The distributions that are named, those of requirements files and local projects included.
    pub(super) named: Vec<Named>,
    /// Projects of the build context that are installed.
    pub(super) locals: Vec<Local>,
    /// The values of `--no-binary`.
    pub(super) no_binary: Vec<String>,
}

/// Who installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// pip.
    Pip,
    /// `uv pip`.
    UvPip,
    /// A project manager.
    Manager(Manager),
}

/// One command that installs.
#[derive(Debug)]
pub(super) struct PipRun {
    /// Index of the step.
    pub(super) step: usize,
    /// Its line.
    pub(super) line: usize,
    /// Who installs.
    pub(super) by: By,
    /// Where the command stands, if it stands in the Dockerfile itself.
    pub(super) at: Option<Span>,
    /// How the command is reached.
    pub(super) reach: Reach,
    /// What pip installs; nothing for project managers.
    pub(super) install: Install,
    /// The files of the build context that it reads: requirements and constraints, with all that
    /// they include.
    pub(super) files: Vec<String>,
    /// The environment that it installs into; `None` for the interpreter's own.
    pub(super) environment: Option<String>,
    /// Whether a file that it reads names paths of the build context.
    pub(super) reads_sources: bool,
}

impl PipRun {
    /// Whether it installs nothing but what installs other things.
    pub(super) fn is_tools_only(&self) -> bool {
        !matches!(self.by, By::Manager(_)) && self.install.is_tools_only()
    }
}

/// A place of packages that the file makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Environment {
    /// Where.
    pub(super) path: String,
    /// Whether it is a user's own place for packages, which no environment has to be made for.
    pub(super) of_user: bool,
}

impl Installs {
    /// Whether anything but pip's own kind is installed.
    pub(super) fn has_packages(&self) -> bool {
        self.runs.iter().any(|run| !run.is_tools_only())
    }

    /// Whether `path` is a user's own place for packages.
    pub(super) fn is_of_user(&self, path: &str) -> bool {
        let mut all = self.environments.iter();
        all.any(|environment| environment.of_user && environment.path == path)
    }

    /// Whether the distribution of that normalised name is among those named.
    pub(super) fn names(&self, name: &str) -> Option<&Named> {
        self.named
            .iter()
            .find(|named| named.requirement.name == name)
    }
}

/// Reads what the build installs. Declines at the first line that cannot be followed.
pub(super) fn read(build: &Build<'_>) -> Result<Installs, Decline> {
    let mut reader = Reader {
        build,
        installs: Installs::default(),
        exports: Vec::new(),
        settings: Vec::new(),
    };
    for (index, step) in build.steps.iter().enumerate() {
        let mut active = None;
        for command in &step.commands {
            if let Some(path) = activation(command) {
                active = Some(path);
            }
            reader.command(index, step, command, active.as_deref())?;
        }
    }
    Ok(reader.installs)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    installs: Installs,
    /// Requirements files that project managers write.
    exports: Vec<Export>,
    /// poetry's settings, as they are made.
    settings: Vec<(String, bool)>,
}

impl Reader<'_, '_> {
    fn command(
        &mut self,
        index: usize,
        step: &Step<'_>,
        command: &RunCommand,
        active: Option<&str>,
    ) -> Result<(), Decline> {
        let unsupported =
            |message: String| Decline::new(Code::UnsupportedProject, message).at(command.line);
        if let Some(name) = distribution::other_major(self.build, command.program.as_deref()) {
            return Err(unsupported(format!(
                "`{name}` is not of the image's own Python"
            )));
        }
        match tool(command) {
            Some(Tool::Installer(name)) => Err(unsupported(format!(
                "`{name}` keeps packages in an environment of its own"
            ))
            .hint("projects that install with pip can be rewritten")),
            Some(Tool::Venv(place)) => {
                let path = place.and_then(|place| command.absolute(place));
                let Some(path) = path else {
                    return Err(unsupported(
                        "the virtual environment's place, or what it sees, is not known".into(),
                    ));
                };
                self.make(path);
                Ok(())
            }
            Some(Tool::Manager(manager, arguments)) => {
                let at = (index, step, command);
                self.managed(at, active, manager, arguments)
            }
            Some(Tool::Setup(script, Some(verb @ ("install" | "develop")))) => {
                let directory = script
                    .rsplit_once('/')
                    .map_or(".", |(directory, _)| directory);
                let flag = if verb == "develop" { "-e" } else { directory };
                let text: &[&str] = if verb == "develop" {
                    &["install", flag, directory]
                } else {
                    &["install", directory]
                };
                let words: Vec<pip::Word<'_>> = text
                    .iter()
                    .map(|raw| pip::Word {
                        value: Some(raw),
                        raw,
                    })
                    .collect();
                let environment = self.place(step, command, active, &words)?;
                self.pip((index, command), environment, By::Pip, &words)
            }
            Some(Tool::Pip(words)) => {
                let environment = self.place(step, command, active, &words)?;
                self.pip((index, command), environment, By::Pip, &words)
            }
            _ => Ok(()),
        }
    }

    fn pip(
        &mut self,
        (index, command): (usize, &RunCommand),
        environment: Option<String>,
        by: By,
        words: &[pip::Word<'_>],
    ) -> Result<(), Decline> {
        let unsupported =
            |message: String| Decline::new(Code::UnsupportedProject, message).at(command.line);
        let install = match pip::read(words) {
            Pip::Install(install) => install,
            Pip::Harmless => return Ok(()),
            Pip::Unsupported(why) => return Err(unsupported(why)),
            Pip::Unresolved(word) => {
                let message = format!("what pip does hangs on `{word}`, whose value is unknown");
                return Err(Decline::new(Code::UnresolvedVariable, message)
                    .at(command.line)
                    .hint("give the ARG a default"));
            }
        };
        self.check_isolation(&install, command.line)?;
        let chain = requirements::chain(self.build, command, &install, &self.exports)?;
        self.installs
            .no_binary
            .extend(install.no_binary.iter().cloned());
        self.installs.no_binary.extend(chain.no_binary);
        let mut paths: Vec<(String, bool)> = chain.paths.clone();
        for requirement in &install.requirements {
            match &requirement.path {
                Some(path) => paths.push((path.clone(), false)),
                None => self
                    .installs
                    .named
                    .push(Named::at_line(requirement.clone(), command.line)),
            }
        }
        paths.extend(install.editable.iter().map(|path| (path.clone(), true)));
        for (path, editable) in paths {
            let local = project::read(self.build, command, &path, editable)?;
            self.installs
                .named
                .extend(local.dependencies.iter().cloned());
            self.installs.locals.push(local);
        }
        self.installs.named.extend(chain.named);
        self.installs.runs.push(PipRun {
            step: index,
            line: command.line,
            by,
            at: place_of(command),
            reach: command.command.reach,
            reads_sources: !install.is_independent()
                || !chain.paths.is_empty()
                || chain.is_made
                || chain.has_local_links,
            install,
            files: chain.files,
            environment,
        });
        Ok(())
    }

    /// Full images before 3.12 carry `wheel`, a fresh environment does not.
    fn check_isolation(&self, install: &Install, line: usize) -> Result<(), Decline> {
        let has_wheel = self.installs.names("wheel").is_some();
        if !install.no_build_isolation || has_wheel {
            return Ok(());
        }
        let message =
            "without build isolation, packages are built with what the base image carries";
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(line)
            .hint("install `wheel` and `setuptools` before"))
    }
}

/// Where a command stands in the Dockerfile.
fn place_of(command: &RunCommand) -> Option<Span> {
    let span = command.command.span;
    (command.script.is_none() && !span.is_empty()).then_some(span)
}

#[cfg(test)]
mod tests;

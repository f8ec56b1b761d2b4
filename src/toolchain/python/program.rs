//! What the image runs. In: a build and what it installs. Out: the names of programs that the
//! environment brings, notes, or why the image cannot be split.

mod foreign;
mod located;
mod managed;

use super::distribution;
use super::installs::Installs;
use super::interpreter::{Runs, is_interpreter, is_pip, runs};
use super::manager::Manager;
use super::started::{self, is_builder_tool, is_wrapper, unwrapped};
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::plan::layout::is_within;

/// What is known of the program.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// Programs that come with Python or with the environment, by name.
    pub(super) provides: Vec<String>,
    /// What a reviewer should know.
    pub(super) notes: Vec<Note>,
    /// ENTRYPOINT and CMD without the project managers in them, if there are any.
    pub(super) launch: Option<Launch>,
    /// Why it must go on as root.
    pub(super) root: Option<Because>,
}

/// Reads what starts.
pub(super) fn read(
    build: &Build<'_>,
    entry: &Entry,
    installs: &Installs,
    made: bool,
) -> Result<Program, Decline> {
    if entry.line == 0 || (entry.commands.is_empty() && entry.scripts.is_empty()) {
        let message = "no CMD and no ENTRYPOINT tell which program the image runs";
        return Err(
            Decline::new(Code::NoCommand, message).hint("add the CMD that starts the program")
        );
    }
    if !entry.understood {
        let message = "what starts cannot be followed through the shell text";
        return Err(Decline::new(Code::UnknownCommand, message).at(entry.line));
    }
    let mut reader = Reader {
        build,
        installs,
        line: entry.line,
        made,
        managed: Vec::new(),
        program: Program::default(),
    };
    reader.interpreter();
    if let Some(because) = entry.login.as_ref().filter(|_| made) {
        let message = format!(
            "a login shell sets PATH anew, and would not find a virtual environment: {}",
            because.sentence()
        );
        return Err(Decline::new(Code::UnsupportedProject, message)
            .at(entry.line)
            .hint("start it without `-l`"));
    }
    for command in &entry.commands {
        reader.command(command)?;
    }
    reader.launch()?;
    reader.probe()?;
    reader.program.provides.sort();
    reader.program.provides.dedup();
    Ok(reader.program)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    installs: &'r Installs,
    line: usize,
    made: bool,
    /// The project managers that run something, with what tells of them.
    managed: Vec<(Manager, Because)>,
    program: Program,
}

impl Reader<'_, '_> {
    /// The interpreter and pip, under all their names.
    fn interpreter(&mut self) {
        let major = if distribution::is_python_2(self.build) {
            2
        } else {
            3
        };
        let mut names = vec!["python".to_owned(), "pip".to_owned()];
        names.extend(["python", "pip", "pydoc", "idle"].map(|name| format!("{name}{major}")));
        if let Some(minor) = distribution::version(self.build).and_then(|version| version.minor) {
            names.push(format!("python{major}.{minor}"));
            names.push(format!("pip{major}.{minor}"));
        }
        self.program.provides = names;
        for local in &self.installs.locals {
            self.program.provides.extend(local.scripts.iter().cloned());
        }
    }

    fn command(&mut self, command: &StartCommand) -> Result<(), Decline> {
        let mut words = command.words.clone();
        // Wrappers run what stands behind them; a few in a row are common.
        for _ in 0..4 {
            let Some((Some(program), rest)) = words.split_first() else {
                return Ok(());
            };
            if let Some(inner) = self.managed(command, program, rest)? {
                words = inner;
                continue;
            }
            self.one(command, program, rest)?;
            match unwrapped(program, rest) {
                Some(inner) => words = inner.to_vec(),
                None => break,
            }
        }
        Ok(())
    }

    fn one(
        &mut self,
        command: &StartCommand,
        program: &str,
        arguments: &[Option<String>],
    ) -> Result<(), Decline> {
        let name = program.rsplit('/').next().unwrap_or(program);
        if let Some(name) = distribution::other_major(self.build, Some(program)) {
            let message = format!("`{name}` is not of the image's own Python");
            return Err(Decline::new(Code::UnsupportedProject, message).at(self.line));
        }
        self.reset_path(name, arguments)?;
        if is_builder_tool(name) || is_pip(name) {
            return Err(self.toolchain(name, &command.because));
        }
        if is_interpreter(name) {
            self.absolute(program, name)?;
            return self.interpreted(command, name, arguments);
        }
        self.development(name, arguments)?;
        if unwrapped(program, arguments).is_some_and(<[_]>::is_empty) && is_wrapper(name) {
            let message = format!("`{name}` is given nothing to run");
            return Err(Decline::new(Code::NoCommand, message).at(self.line));
        }
        self.other(command, program, name)
    }

    fn interpreted(
        &mut self,
        command: &StartCommand,
        name: &str,
        arguments: &[Option<String>],
    ) -> Result<(), Decline> {
        match runs(arguments) {
            Runs::Prompt => Err(self.workbench(name)),
            Runs::Module(Some("pip"), _) => Err(self.toolchain("pip", &command.because)),
            Runs::Module(Some(module), _) if is_builder_tool(module) => {
                Err(self.toolchain(module, &command.because))
            }
            Runs::Module(Some(module), rest) => {
                let first = module.split('.').next().unwrap_or(module);
                self.module(command, first);
                self.development(if first == "IPython" { "ipython" } else { first }, rest)
            }
            Runs::Script(Some(script), rest) => self.script(command, script, rest),
            _ => Ok(()),
        }
    }

    fn script(
        &mut self,
        command: &StartCommand,
        script: &str,
        rest: &[Option<String>],
    ) -> Result<(), Decline> {
        let file = script.rsplit('/').next().unwrap_or(script);
        if file == "manage.py" || file.starts_with("django-admin") {
            self.django(rest);
        }
        if file == "setup.py" {
            return Err(self.toolchain("setup.py", &command.because));
        }
        let path = command.absolute(script);
        if self.exists(&path) {
            return Ok(());
        }
        let message =
            format!("`{script}` is not in the build context, and no instruction makes it");
        Err(Decline::new(Code::ArtifactNotFound, message).at(self.line))
    }

    fn django(&mut self, rest: &[Option<String>]) {
        if rest.first().and_then(Option::as_deref) == Some("runserver") {
            let message =
                "`manage.py runserver` is Django's development server: it is kept as it is";
            self.program.notes.push(Note {
                line: Some(self.line),
                message: message.to_owned(),
            });
        }
    }

    /// A program that is neither the interpreter nor pip.
    fn other(&mut self, command: &StartCommand, program: &str, name: &str) -> Result<(), Decline> {
        if name == "manage.py" || name == "django-admin" {
            self.django(command.arguments());
        }
        let by_path = program.contains('/');
        let path = command.absolute(program);
        if by_path && self.exists(&path) {
            return self.shebang(&path);
        }
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        if by_path && !is_program_directory(directory) {
            let message =
                format!("`{program}` is not in the build context, and no instruction makes it");
            return Err(Decline::new(Code::ArtifactNotFound, message).at(self.line));
        }
        if self.is_of_the_system(name) {
            return Ok(());
        }
        let file = self.build.end.lookup("PATH").and_then(|path| {
            path.split(':')
                .map(|at| format!("{at}/{name}"))
                .find(|file| self.exists(file))
        });
        if let Some(file) = file {
            let mut environments = self.installs.environments.iter();
            if environments.any(|environment| is_within(&file, &environment.path)) {
                self.program.provides.push(name.to_owned());
            }
            return self.shebang(&file);
        }
        if !self.installs.has_packages() {
            let message = format!("no instruction is known to install `{name}`");
            return Err(Decline::new(Code::ArtifactNotFound, message).at(self.line));
        }
        self.absolute(program, name)?;
        self.foreign(command, name);
        self.program.provides.push(name.to_owned());
        Ok(())
    }

    /// What forgets the PATH that the image sets.
    fn reset_path(&self, name: &str, arguments: &[Option<String>]) -> Result<(), Decline> {
        let resets = started::resets_path(name, arguments);
        if !(self.made && resets) {
            return Ok(());
        }
        let message = format!(
            "`{name}` sets PATH anew, and what it starts would not find a virtual environment"
        );
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(self.line)
            .hint(
                "make a virtual environment in the Dockerfile and name its programs by their paths",
            ))
    }

    /// Declines shells, notebooks, watchers and servers that reload.
    fn development(&self, name: &str, arguments: &[Option<String>]) -> Result<(), Decline> {
        if started::is_for_development(name, arguments) {
            return Err(self.workbench(name));
        }
        Ok(())
    }

    fn workbench(&self, name: &str) -> Decline {
        let message = format!("`{name}` as it is started here is for work on the sources");
        Decline::new(Code::DevCommand, message)
            .at(self.line)
            .hint("set CMD to the program that serves in production")
    }

    fn toolchain(&self, name: &str, because: &Because) -> Decline {
        let message = format!(
            "`{name}` runs each time that the container starts: {}",
            because.sentence()
        );
        Decline::new(Code::ToolchainAtRuntime, message)
            .at(self.line)
            .hint("do it in a RUN instruction")
    }

    /// A probe may call Python or a console script too.
    fn probe(&mut self) -> Result<(), Decline> {
        let check = self.build.end.contract.healthcheck.as_ref();
        let script = check
            .and_then(|check| check.probe.as_ref())
            .and_then(shell::of_form);
        for command in script.iter().flat_map(|script| &script.commands) {
            let Some(program) = command.program() else {
                continue;
            };
            let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
            let known = is_interpreter(&name) || !self.is_of_the_system(&name);
            if known && !self.exists(&program) {
                self.absolute(&program, &name)?;
            }
            let distribution = super::requirement::normalise(&name);
            if self.installs.names(&distribution).is_some() {
                self.program.provides.push(name);
            }
        }
        Ok(())
    }
}

fn is_program_directory(directory: &str) -> bool {
    matches!(
        directory,
        "/bin" | "/sbin" | "/usr/bin" | "/usr/sbin" | "/usr/local/bin" | "/usr/local/sbin"
    )
}

#[cfg(test)]
mod tests;

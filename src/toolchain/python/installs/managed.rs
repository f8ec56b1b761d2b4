//! What project managers install, and into which environment. In: their commands. Out: the same facts
//! as of pip's.

use super::super::commands::{ran, words};
use super::super::manager::{self, Does, Install, Manager, Place};
use super::super::pip::{self, Word};
use super::super::requirements::Export;
use super::{By, PipRun, Reader, place_of};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::{RunCommand, Step};

/// A command with its step and the step's index.
type At<'c, 'a> = (usize, &'c Step<'a>, &'c RunCommand);

/// Options of `uv pip` that pip does not know, which decide nothing here, with whether they take a value.
/// Source: uv's reference of its command line.
const OF_UV: [(&str, bool); 16] = [
    ("--system", false),
    ("--break-system-packages", false),
    ("--compile-bytecode", false),
    ("--all-extras", false),
    ("--strict", false),
    ("--index-strategy", true),
    ("--link-mode", true),
    ("--resolution", true),
    ("--prerelease", true),
    ("--torch-backend", true),
    ("--override", true),
    ("--overrides", true),
    ("--build-constraint", true),
    ("--extra", true),
    ("--exclude-newer", true),
    ("--default-index", true),
];

impl Reader<'_, '_> {
    /// Reads a command of a project manager.
    pub(super) fn managed(
        &mut self,
        at: At<'_, '_>,
        active: Option<&str>,
        manager: Manager,
        arguments: &[Option<String>],
    ) -> Result<(), Decline> {
        let (index, step, command) = at;
        match manager.does(arguments) {
            Does::Nothing => Ok(()),
            Does::Setting(key, value) => {
                self.settings.push((key.to_owned(), value));
                Ok(())
            }
            Does::Unsupported(what) => {
                let message = format!("{what} is not followed");
                Err(Decline::new(Code::UnsupportedProject, message).at(command.line))
            }
            Does::Venv(place) => {
                let path = command.absolute(place);
                let path = path.ok_or_else(|| unknown_place(command, place))?;
                self.make(path);
                Ok(())
            }
            Does::Pip(skip) => {
                let skip = command.arguments.len() - arguments.len() + skip;
                self.uv_pip(at, active, &words(command, skip))
            }
            Does::Export(path, install) => self.export(at, path, &install),
            Does::Install(install) => self.install(at, active, &install),
            Does::Run(run) => {
                // uv brings the environment up to date before it runs something in it.
                if manager == Manager::Uv {
                    let has = |flag: &str| arguments.iter().flatten().any(|word| word == flag);
                    let mut install = Install::of(manager);
                    install.groups.no_dev = has("--no-dev");
                    if !has("--no-sync") {
                        self.install(at, active, &install)?;
                    }
                }
                let environment = self.managed_place(at, active, &Install::of(manager))?;
                let inner = ran(command, &run);
                self.command(index, step, &inner, environment.as_deref())
            }
        }
    }

    fn install(
        &mut self,
        at: At<'_, '_>,
        active: Option<&str>,
        install: &Install,
    ) -> Result<(), Decline> {
        let (index, step, command) = at;
        let project = manager::project(self.build, step, command, install)?;
        let environment = self.managed_place(at, active, install)?;
        if let Some(path) = &environment {
            self.make(path.clone());
        } else if !matches!(command.user.as_str(), "" | "root" | "0") {
            let message = format!(
                "{} runs as `{}` and installs where that user may write",
                install.manager.name(),
                command.user
            );
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(command.line)
                .hint("install packages before USER"));
        }
        self.installs.named.extend(project.named);
        self.installs.runs.push(PipRun {
            step: index,
            line: command.line,
            by: By::Manager(install.manager),
            at: place_of(command),
            reach: command.command.reach,
            install: pip::Install::default(),
            files: project.files,
            environment,
            reads_sources: !project.locals.is_empty(),
        });
        self.installs.locals.extend(project.locals);
        Ok(())
    }

    /// The environment that a manager installs into; `None` where one is to be made for it.
    fn managed_place(
        &self,
        (_, step, command): At<'_, '_>,
        active: Option<&str>,
        install: &Install,
    ) -> Result<Option<String>, Decline> {
        let variable = |name: &str| {
            let own = command.variables.get(name).cloned();
            own.or_else(|| step.state.lookup(name))
                .filter(|value| !value.is_empty())
        };
        let is_set = |name: &str| {
            variable(name)
                .map(|value| !matches!(value.to_ascii_lowercase().as_str(), "0" | "false" | "no"))
        };
        let active = active.map(str::to_owned).or_else(|| {
            let path = clean(&variable("VIRTUAL_ENV")?);
            self.is_environment(&path).then_some(path)
        });
        let directory = install.directory.as_deref().unwrap_or(".");
        let directory = command.absolute(directory);
        let within = |name: &str| {
            let directory = directory.as_deref();
            let directory = directory.ok_or_else(|| unknown_place(command, name))?;
            Ok(Some(clean(&format!("{directory}/{name}"))))
        };
        match install.manager {
            Manager::Poetry => {
                let setting = |key: &str, name: &str| {
                    let told = self.settings.iter().rev().find(|(known, _)| known == key);
                    is_set(name)
                        .or(told.map(|(_, value)| *value))
                        .or_else(|| self.poetry_toml(directory.as_deref()?, key))
                };
                let create = setting("virtualenvs.create", "POETRY_VIRTUALENVS_CREATE");
                let inside = setting("virtualenvs.in-project", "POETRY_VIRTUALENVS_IN_PROJECT");
                match (active, create, inside) {
                    (Some(active), _, _) => Ok(Some(active)),
                    (None, Some(false), _) => Ok(self.home_of("poetry")),
                    (None, _, Some(true)) => within(".venv"),
                    (None, ..) => Ok(None),
                }
            }
            Manager::Pipenv => {
                if is_set("PIPENV_IGNORE_VIRTUALENVS") == Some(true) {
                    let message = "pipenv is told to use none of the environments that are there";
                    return Err(Decline::new(Code::UnsupportedProject, message).at(command.line));
                }
                if install.place == Place::System || is_set("PIPENV_SYSTEM") == Some(true) {
                    return Ok(self.on_path(step, command));
                }
                match (active, is_set("PIPENV_VENV_IN_PROJECT")) {
                    (Some(active), _) => Ok(Some(active)),
                    (None, Some(true)) => within(".venv"),
                    (None, _) => Ok(None),
                }
            }
            Manager::Uv => {
                if let (Place::Active, Some(active)) = (install.place, active) {
                    return Ok(Some(active));
                }
                let place = variable("UV_PROJECT_ENVIRONMENT");
                match place.as_deref().map(clean_relative) {
                    // The interpreter's own prefix on the official images.
                    Some(place) if place == "/usr/local" => Ok(None),
                    Some(place) if place.starts_with('/') => Ok(Some(place)),
                    Some(place) => within(&place),
                    None => within(".venv"),
                }
            }
            Manager::Pdm => match active {
                Some(active) => Ok(Some(active)),
                None => within(".venv"),
            },
        }
    }

    /// A setting of the project's own `poetry.toml`.
    fn poetry_toml(&self, directory: &str, key: &str) -> Option<bool> {
        let path = format!("{}/poetry.toml", directory.trim_end_matches('/'));
        let file = self.build.context_path(&path)?;
        let document: toml::Table = self.build.context.read(&file)?.parse().ok()?;
        let (table, key) = key.split_once('.')?;
        document.get(table)?.get(key)?.as_bool()
    }

    /// The environment that a tool was installed into by pip.
    fn home_of(&self, tool: &str) -> Option<String> {
        let brings = |run: &&PipRun| {
            let mut all = run.install.requirements.iter();
            all.any(|found| found.name == tool)
        };
        let run = self.installs.runs.iter().rev().find(brings)?;
        run.environment.clone()
    }

    fn uv_pip(
        &mut self,
        at: At<'_, '_>,
        active: Option<&str>,
        words: &[Word<'_>],
    ) -> Result<(), Decline> {
        let (_, step, command) = at;
        let mut kept: Vec<Word<'_>> = Vec::new();
        let mut python = None;
        let mut rest = words.iter();
        let is_sync = words.first().and_then(|word| word.value) == Some("sync");
        while let Some(word) = rest.next() {
            let value = word.value.unwrap_or_default();
            let (flag, glued) = value.split_once('=').unwrap_or((value, ""));
            if matches!(flag, "--python" | "-p") {
                let next = if glued.is_empty() {
                    rest.next().and_then(|word| word.value)
                } else {
                    Some(glued)
                };
                python = Some(next.ok_or_else(|| unknown_place(command, "--python"))?);
            } else if let Some((_, takes)) = OF_UV.iter().find(|(known, _)| *known == flag) {
                if *takes && glued.is_empty() {
                    rest.next();
                }
            } else if is_sync && kept.is_empty() {
                let raw = "install";
                kept.push(Word {
                    value: Some(raw),
                    raw,
                });
            } else {
                if is_sync && !value.starts_with('-') {
                    let raw = "-r";
                    kept.push(Word {
                        value: Some(raw),
                        raw,
                    });
                }
                kept.push(*word);
            }
        }
        let has_system = words.iter().any(|word| word.value == Some("--system"));
        let variable = step.state.lookup("UV_SYSTEM_PYTHON").unwrap_or_default();
        let own = command.variables.get("UV_SYSTEM_PYTHON");
        let system = has_system || !own.unwrap_or(&variable).is_empty();
        let environment = match python {
            Some(path) => {
                let prefix = command.absolute(path);
                let prefix = prefix.and_then(|path| Some(path.rsplit_once("/bin/")?.0.to_owned()));
                let known = prefix.filter(|prefix| self.is_environment(prefix));
                Some(known.ok_or_else(|| unknown_place(command, path))?)
            }
            None if system => None,
            None => self.near(step, command, active),
        };
        self.pip(at, environment, By::UvPip, &kept)
    }

    /// The environment that uv finds: the active one, else `.venv` here or above.
    fn near(&self, step: &Step<'_>, command: &RunCommand, active: Option<&str>) -> Option<String> {
        let variable = command.variables.get("VIRTUAL_ENV").cloned();
        let variable = variable.or_else(|| step.state.lookup("VIRTUAL_ENV"));
        let named = active.map(str::to_owned).or(variable);
        if let Some(path) = named.map(|path| clean(&path)) {
            return self.is_environment(&path).then_some(path);
        }
        let mut directory = command.directory.clone()?;
        loop {
            let path = clean(&format!("{directory}/.venv"));
            if self.is_environment(&path) {
                return Some(path);
            }
            directory = directory.rsplit_once('/')?.0.to_owned();
        }
    }

    /// A requirements file that a manager writes.
    fn export(
        &mut self,
        (_, step, command): At<'_, '_>,
        path: Option<&str>,
        install: &Install,
    ) -> Result<(), Decline> {
        let redirects = &command.command.redirects;
        let redirect = redirects
            .iter()
            .find(|redirect| redirect.writes)
            .and_then(|redirect| redirect.target.value());
        let Some(path) = path.map(str::to_owned).or(redirect) else {
            return Ok(());
        };
        let path = command
            .absolute(&path)
            .ok_or_else(|| unknown_place(command, &path))?;
        let project = manager::project(self.build, step, command, install)?;
        if let Some(local) = project
            .locals
            .iter()
            .find(|local| local.path != project.directory)
        {
            let message = format!("the project in `{}` is installed from a list", local.path);
            return Err(Decline::new(Code::UnsupportedProject, message).at(command.line));
        }
        let named = project.named;
        self.exports.push(Export { path, named });
        Ok(())
    }
}

fn clean_relative(path: &str) -> String {
    if path.starts_with('/') {
        clean(path)
    } else {
        path.to_owned()
    }
}

fn unknown_place(command: &RunCommand, what: &str) -> Decline {
    let message = format!("which environment `{what}` names is not known");
    Decline::new(Code::UnsupportedProject, message).at(command.line)
}

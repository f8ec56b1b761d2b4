//! A project that a manager installs. In: a build and the command. Out: everything that is installed,
//! with the files that say so, or why that is not known.

use super::super::project::Local;
use super::super::requirements::Named;
use super::lock::{Closure, Lock};
use super::manifest::Roots;
use super::{Install, Manager, python};
use crate::dockerfile::contract::clean;
use crate::dockerfile::instruction::InstructionKind;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand, Step};

/// What a manager installs.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// Its directory in the image.
    pub(crate) directory: String,
    /// The distributions.
    pub(crate) named: Vec<Named>,
    /// The projects of the build context among what is installed.
    pub(crate) locals: Vec<Local>,
    /// The files of the build context that the manager reads.
    pub(crate) files: Vec<String>,
}

/// Reads the project that `command` of `step` installs.
pub(crate) fn read(
    build: &Build<'_>,
    step: &Step<'_>,
    command: &RunCommand,
    install: &Install,
) -> Result<Project, Decline> {
    let (manifest, lock) = install.manager.files();
    let line = command.line;
    let place = install.directory.as_deref().unwrap_or(".");
    let Some(directory) = command.absolute(place) else {
        let message = format!("where `{place}` lies is not known");
        return Err(Decline::new(Code::UnresolvedVariable, message).at(line));
    };
    let reader = Reader {
        build,
        step,
        directory: &directory,
    };
    let Some((file, text)) = reader.file(manifest) else {
        let message = format!(
            "`{manifest}` of {} is not in the build context",
            install.manager.name()
        );
        return Err(Decline::new(Code::MissingManifest, message)
            .at(line)
            .hint("name the folder that it is built from with `--context DIR`"));
    };
    let Some(roots) = Roots::read(install.manager, text, &install.groups) else {
        let message = format!("`{file}` is no TOML");
        return Err(Decline::new(Code::UnsupportedProject, message).at(line));
    };
    let mut project = Project {
        files: vec![file.clone()],
        ..Project::default()
    };
    let locked = reader.file(lock);
    let parsed = locked
        .as_ref()
        .and_then(|(_, text)| Lock::read(install.manager, text));
    project
        .files
        .extend(locked.iter().map(|(file, _)| file.clone()));
    for extra in ["poetry.toml", ".python-version", "uv.toml"] {
        project
            .files
            .extend(reader.file(extra).map(|(file, _)| file));
    }
    if install.manager == Manager::Uv {
        let version = reader.file(".python-version");
        python::check(build, version, roots.requires_python.as_deref(), line)?;
    }
    let closure = closure(install, &roots, parsed.as_ref());
    let source = locked.as_ref().map_or(&file, |(file, _)| file);
    let named = closure.packages.into_iter();
    project
        .named
        .extend(named.map(|found| Named::in_file(found, source, None)));
    for package in &install.packages {
        if let Some(found) = super::super::requirement::requirement(package) {
            project.named.push(Named::at_line(found, line));
        }
    }
    let own = install.with_root && roots.is_package;
    let mut paths = closure.locals;
    for local in &roots.locals {
        if !paths.iter().any(|(path, _)| path == &local.0) {
            paths.push(local.clone());
        }
    }
    paths.retain(|(path, _)| path != ".");
    if own {
        paths.push((".".to_owned(), install.editable));
    }
    for (path, editable) in paths {
        project.locals.push(Local {
            path: clean(&format!("{directory}/{path}")),
            editable,
            dependencies: Vec::new(),
            scripts: reader.scripts(install, &path),
            line,
        });
    }
    project.directory = directory;
    Ok(project)
}

/// Everything that is installed; what is named alone where no lockfile tells more.
fn closure(install: &Install, roots: &Roots, lock: Option<&Lock>) -> Closure {
    let Some(lock) = lock else {
        return Closure {
            packages: roots.requirements.clone(),
            locals: Vec::new(),
        };
    };
    let mut all = roots.requirements.clone();
    if install.manager == Manager::Pipenv {
        let takes = |group: &str| match group {
            "main" => install.groups.main(),
            group => install.groups.take(group, group != "dev"),
        };
        all.extend(lock.in_groups(takes));
    }
    lock.closure(&all)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    step: &'r Step<'a>,
    directory: &'r str,
}

impl<'r> Reader<'r, '_> {
    /// A file beside the manifest: its path in the build context and its text.
    fn file(&self, name: &str) -> Option<(String, &'r str)> {
        let path = clean(&format!("{}/{name}", self.directory));
        let context = self.build.context;
        let copied = self
            .build
            .context_path(&path)
            .filter(|file| context.is_file(file));
        let file = copied.or_else(|| self.mounted(&path))?;
        let text = context.read(&file)?;
        Some((file, text))
    }

    /// The file of the build context that the RUN mounts at `path`.
    /// Source: docs.docker.com, `RUN --mount`: bind is the default type, the root its default source.
    fn mounted(&self, path: &str) -> Option<String> {
        let InstructionKind::Run(run) = &self.step.instruction.kind else {
            return None;
        };
        let mounts = run.flags.iter().filter(|flag| flag.name == "mount");
        let mut found = mounts.filter_map(|flag| {
            let fields: Vec<(&str, &str)> = flag
                .value
                .as_deref()?
                .split(',')
                .filter_map(|field| field.split_once('='))
                .collect();
            let field = |names: &[&str]| {
                let mut fields = fields.iter().rev();
                fields
                    .find(|(name, _)| names.contains(name))
                    .map(|(_, value)| *value)
            };
            let is_bind = field(&["type"]).is_none_or(|kind| kind == "bind");
            if !is_bind || field(&["from"]).is_some() {
                return None;
            }
            let target = field(&["target", "dst", "destination"])?;
            let target = self.step.state.absolute(target)?;
            let source = clean(&format!("/{}", field(&["source", "src"]).unwrap_or("")));
            let rest = path.strip_prefix(&target)?;
            if !(rest.is_empty() || rest.starts_with('/')) {
                return None;
            }
            let file = clean(&format!("{source}{rest}"));
            Some(file.trim_start_matches('/').to_owned())
        });
        found.find(|file| self.build.context.is_file(file))
    }

    /// The console scripts of a project beside this one.
    fn scripts(&self, install: &Install, path: &str) -> Vec<String> {
        let file = self.file(&format!("{path}/pyproject.toml"));
        let roots = file.and_then(|(_, text)| {
            let manager = match install.manager {
                Manager::Pipenv => Manager::Poetry,
                manager => manager,
            };
            Roots::read(manager, text, &install.groups)
        });
        roots.map(|roots| roots.scripts).unwrap_or_default()
    }
}

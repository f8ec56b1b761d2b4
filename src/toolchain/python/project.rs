//! A project of the build context that pip installs. In: its path. Out: its dependencies and its
//! console scripts, as its manifest declares them.

use super::requirement::{self, Line};
use super::requirements::Named;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand};
use crate::project::source::{self, Arg, Language};

/// A project of the build context.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Local {
    /// Its path in the image.
    pub(super) path: String,
    /// Whether it is installed in place, so that its sources must stay where they are.
    pub(super) editable: bool,
    /// What it depends on.
    pub(super) dependencies: Vec<Named>,
    /// The names of its console scripts.
    pub(super) scripts: Vec<String>,
    /// The line of the command that installs it.
    pub(super) line: usize,
}

/// Reads the project at `path`, as `command` names it.
pub(super) fn read(
    build: &Build<'_>,
    command: &RunCommand,
    path: &str,
    editable: bool,
) -> Result<Local, Decline> {
    let line = command.line;
    let unsupported = |message: String| Decline::new(Code::UnsupportedProject, message).at(line);
    if editable && path.contains("://") {
        let message = format!("`-e {path}` puts sources into the folder in which pip runs");
        return Err(unsupported(message).hint("install it without `-e`"));
    }
    let directory = path.split('[').next().unwrap_or(path);
    let image_path = command
        .absolute(directory)
        .ok_or_else(|| unsupported(format!("where `{path}` lies is not known")))?;
    let mut local = Local {
        path: image_path.clone(),
        editable,
        line,
        ..Local::default()
    };
    let root = context_directory(build, &image_path);
    if let Some(file) = build
        .context_path(&image_path)
        .filter(|file| build.context.is_file(file))
    {
        local.dependencies.extend(archive(&file));
        return Ok(local);
    }
    let Some(root) = root else {
        let message = format!("`{path}` is not in the build context");
        return Err(Decline::new(Code::MissingManifest, message).at(line));
    };
    let mut reader = Reader {
        build,
        root: &root,
        local,
    };
    let known = reader.pyproject() | reader.setup_cfg() | reader.setup_py();
    match known {
        Manifest::Read => Ok(reader.local),
        Manifest::Dynamic => Err(unsupported(format!(
            "what `{path}` depends on is computed when it is built"
        ))
        .hint("list the dependencies in pyproject.toml")),
        Manifest::Absent => {
            let message =
                format!("`{path}` has neither pyproject.toml nor setup.py in the build context");
            Err(Decline::new(Code::MissingManifest, message).at(line))
        }
    }
}

/// The directory of the build context that lies at `path` in the image, or that was poured into it.
fn context_directory(build: &Build<'_>, path: &str) -> Option<String> {
    let poured = build
        .layout
        .entries
        .iter()
        .rev()
        .find(|entry| entry.is_dir && entry.destination == path);
    let found = poured
        .map(|entry| entry.source.clone())
        .or_else(|| build.context_path(path));
    let found = found.filter(|found| found.is_empty() || build.context.is_dir(found));
    // Manifests may have been copied one by one.
    found.or_else(|| {
        ["pyproject.toml", "setup.py", "setup.cfg"]
            .iter()
            .find_map(|name| {
                let file = build.context_path(&format!("{}/{name}", path.trim_end_matches('/')))?;
                Some(
                    file.rsplit_once('/')
                        .map_or(String::new(), |(directory, _)| directory.to_owned()),
                )
            })
    })
}

/// The distribution that an archive's name gives away.
fn archive(file: &str) -> Option<Named> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let distribution = name.split('-').next().filter(|name| !name.is_empty())?;
    requirement::requirement(distribution).map(|found| Named::in_file(found, file, None))
}

/// What is known of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Manifest {
    Absent,
    Read,
    Dynamic,
}

impl std::ops::BitOr for Manifest {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.max(other)
    }
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    root: &'r str,
    local: Local,
}

impl<'r> Reader<'r, '_> {
    fn file(&self, name: &str) -> String {
        if self.root.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.root)
        }
    }

    fn text(&self, name: &str) -> Option<&'r str> {
        self.build.context.read(&self.file(name))
    }

    fn add(&mut self, file: &str, text: &str) {
        if let Some(found) = requirement::requirement(text) {
            let file = self.file(file);
            self.local
                .dependencies
                .push(Named::in_file(found, &file, None));
        }
    }

    fn pyproject(&mut self) -> Manifest {
        const FILE: &str = "pyproject.toml";
        let Some(text) = self.text(FILE) else {
            return Manifest::Absent;
        };
        let Ok(document) = text.parse::<toml::Table>() else {
            return Manifest::Dynamic;
        };
        let tool = |name: &str| document.get("tool").and_then(|tool| tool.get(name));
        let Some(project) = document.get("project") else {
            let Some(poetry) = tool("poetry") else {
                return Manifest::Absent;
            };
            for name in keys(poetry.get("dependencies")) {
                if name != "python" {
                    self.add(FILE, &name);
                }
            }
            self.local.scripts.extend(keys(poetry.get("scripts")));
            return Manifest::Read;
        };
        let optional = project
            .get("optional-dependencies")
            .and_then(toml::Value::as_table);
        let lists = optional.into_iter().flat_map(|groups| groups.values());
        for list in project.get("dependencies").into_iter().chain(lists) {
            for text in list
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(toml::Value::as_str)
            {
                self.add(FILE, text);
            }
        }
        self.local.scripts.extend(keys(project.get("scripts")));
        let dynamic = project.get("dynamic").and_then(toml::Value::as_array);
        let is_dynamic = |name: &str| {
            dynamic.is_some_and(|list| list.iter().any(|item| item.as_str() == Some(name)))
        };
        if !is_dynamic("dependencies") {
            return Manifest::Read;
        }
        // They stand in another file: of setuptools' own table, or in setup.py or setup.cfg.
        let files = tool("setuptools")
            .and_then(|tool| tool.get("dynamic")?.get("dependencies")?.get("file"));
        let files: Vec<&str> = match files {
            Some(toml::Value::String(file)) => vec![file],
            Some(toml::Value::Array(files)) => {
                files.iter().filter_map(toml::Value::as_str).collect()
            }
            _ if self.text("setup.py").is_some() || self.text("setup.cfg").is_some() => {
                return Manifest::Read;
            }
            _ => return Manifest::Dynamic,
        };
        if files.iter().all(|file| self.requirements(file)) {
            Manifest::Read
        } else {
            Manifest::Dynamic
        }
    }

    fn setup_cfg(&mut self) -> Manifest {
        const FILE: &str = "setup.cfg";
        let Some(text) = self.text(FILE) else {
            return Manifest::Absent;
        };
        let mut section = "";
        let mut key = "";
        for line in text.lines() {
            let is_indented = line.starts_with(char::is_whitespace);
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                (section, key) = (name.trim_end_matches(']'), "");
                continue;
            }
            let mut value = line;
            if !is_indented {
                let Some((name, rest)) = line.split_once('=') else {
                    continue;
                };
                (key, value) = (name.trim(), rest.trim());
            }
            match (section, key) {
                ("options", "install_requires") => {
                    let Some(file) = value.strip_prefix("file:") else {
                        self.add(FILE, value);
                        continue;
                    };
                    if !self.requirements(file.trim()) {
                        return Manifest::Dynamic;
                    }
                }
                ("options.entry_points", "console_scripts") => self.script(value),
                _ => {}
            }
        }
        // Without setup.py or a [project] table it still is a project of setuptools.
        Manifest::Read
    }

    fn setup_py(&mut self) -> Manifest {
        const FILE: &str = "setup.py";
        let Some(text) = self.text(FILE) else {
            return Manifest::Absent;
        };
        let facts = source::scan(text, Language::Python);
        let Some(call) = facts.calls.iter().find(|call| call.function() == "setup") else {
            return Manifest::Dynamic;
        };
        if let Some(Arg::List(scripts)) = call.keyword("scripts") {
            let names = scripts
                .iter()
                .flatten()
                .filter_map(|path| path.rsplit('/').next());
            self.local.scripts.extend(names.map(str::to_owned));
        }
        // `entry_points` is a dictionary or a text: its strings of the form `name = module:function`.
        for literal in &facts.strings {
            literal.value.lines().for_each(|line| self.script(line));
        }
        match call
            .keyword("install_requires")
            .or_else(|| call.keyword("requires"))
        {
            None if call.keywords.is_empty() => {}
            None => {}
            Some(Arg::List(items)) if items.iter().all(Option::is_some) => {
                let items: Vec<String> = items.iter().flatten().cloned().collect();
                for item in items {
                    self.add(FILE, &item);
                }
            }
            // Read from a file that is named somewhere in setup.py.
            Some(_) => {
                let named = facts.strings.iter().map(|literal| literal.value.as_str());
                let files: Vec<&str> = named.filter(|name| is_requirements_name(name)).collect();
                let read = files.iter().filter(|file| self.requirements(file)).count();
                if read == 0 {
                    return Manifest::Dynamic;
                }
            }
        }
        Manifest::Read
    }

    fn script(&mut self, text: &str) {
        let Some((name, target)) = text.split_once('=') else {
            return;
        };
        let name = name.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_target = target
            .split_once(':')
            .is_some_and(|(module, _)| module.trim().chars().all(plain));
        if is_target && !name.is_empty() && name.chars().all(plain) {
            self.local.scripts.push(name.to_owned());
        }
    }

    /// Reads a requirements file that a manifest names. `false` where it cannot be read whole.
    fn requirements(&mut self, name: &str) -> bool {
        let file = self.file(name.trim_start_matches("./"));
        let Some(text) = self.build.context.read(&file) else {
            return false;
        };
        for (line, says) in requirement::lines(text) {
            match says {
                Line::Requirement(found) if found.path.is_none() => {
                    self.local
                        .dependencies
                        .push(Named::in_file(found, &file, Some(line)));
                }
                Line::Nothing | Line::Constraint(_) => {}
                _ => return false,
            }
        }
        true
    }
}

fn is_requirements_name(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(stem, extension)| stem.contains("requirements") && extension == "txt")
}

fn keys(table: Option<&toml::Value>) -> Vec<String> {
    let table = table.and_then(toml::Value::as_table);
    table
        .into_iter()
        .flat_map(|table| table.keys().cloned())
        .collect()
}

#[cfg(test)]
mod tests;

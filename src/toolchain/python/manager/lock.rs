//! Lockfiles of project managers. In: a lockfile's text and what the project asks for. Out: everything
//! that is installed, what nobody names included.
//!
//! Source of the formats: lockfiles that poetry 1.8 and 2.1, Pipenv 2026, uv 0.13 and PDM 2.22 wrote.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::requirement::{self, Requirement, normalise};
use super::Manager;

/// What a lockfile says.
#[derive(Debug, Default)]
pub(crate) struct Lock {
    packages: BTreeMap<String, Package>,
}

/// A package of a lockfile.
#[derive(Debug, Default, Clone)]
pub(crate) struct Package {
    /// What it depends on.
    dependencies: Vec<Requirement>,
    /// The groups that it is in, where the lockfile says so; `main` is the project's own.
    groups: Vec<String>,
    /// Whether the index has no wheel of it for Linux.
    sdist_only: bool,
    /// Whether it comes from a version control system.
    from_vcs: bool,
    /// Where it lies, if it is a local project, and whether it is installed in place.
    local: Option<(String, bool)>,
}

impl Lock {
    /// Reads the lockfile of `manager`. `None` where it is none.
    pub(crate) fn read(manager: Manager, text: &str) -> Option<Self> {
        if manager == Manager::Pipenv {
            return pipfile(text);
        }
        let document = text.parse::<toml::Table>().ok()?;
        let mut lock = Self::default();
        for entry in document.get("package")?.as_array()? {
            let Some(name) = entry.get("name").and_then(toml::Value::as_str) else {
                continue;
            };
            let package = lock.packages.entry(normalise(name)).or_default();
            package.add(entry);
        }
        Some(lock)
    }

    /// Everything that comes with `roots`, themselves included, and the local projects among them.
    pub(crate) fn closure(&self, roots: &[Requirement]) -> Closure {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut waiting: VecDeque<Requirement> = roots.iter().cloned().collect();
        while let Some(next) = waiting.pop_front() {
            let is_new = !found.contains_key(&next.name);
            found
                .entry(next.name.clone())
                .or_default()
                .extend(next.extras);
            if is_new && let Some(package) = self.packages.get(&next.name) {
                waiting.extend(package.dependencies.iter().cloned());
            }
        }
        let mut closure = Closure::default();
        for (name, extras) in found {
            let package = self.packages.get(&name);
            if let Some((path, editable)) = package.and_then(|package| package.local.clone()) {
                closure.locals.push((path, editable));
                continue;
            }
            closure.packages.push(Requirement {
                name,
                extras: extras.into_iter().collect(),
                path: None,
                from_vcs: package.is_some_and(|package| package.from_vcs),
                sdist_only: package.is_some_and(|package| package.sdist_only),
            });
        }
        closure
    }

    /// The packages of these groups, as roots. Of Pipenv, whose lockfile is a list of all.
    pub(crate) fn in_groups(&self, takes: impl Fn(&str) -> bool) -> Vec<Requirement> {
        let packages = self.packages.iter();
        let found = packages.filter(|(_, package)| package.groups.iter().any(|name| takes(name)));
        found
            .filter_map(|(name, _)| requirement::requirement(name))
            .collect()
    }
}

/// What is installed, after all.
#[derive(Debug, Default)]
pub(crate) struct Closure {
    /// Distributions.
    pub(crate) packages: Vec<Requirement>,
    /// Local projects: the path from the lockfile's directory, and whether it stays in place.
    pub(crate) locals: Vec<(String, bool)>,
}

impl Package {
    fn add(&mut self, entry: &toml::Value) {
        match entry.get("dependencies") {
            // poetry: names with what they ask for.
            Some(toml::Value::Table(table)) => {
                self.dependencies
                    .extend(table.iter().filter_map(|(name, value)| named(name, value)));
            }
            // uv: tables. PDM: texts.
            Some(toml::Value::Array(list)) => self.dependencies.extend(list.iter().filter_map(of)),
            _ => {}
        }
        // What only an extra asks for is counted in: it is not told here which are chosen.
        let optional = entry.get("optional-dependencies");
        let optional = optional.and_then(toml::Value::as_table);
        for list in optional.into_iter().flat_map(toml::Table::values) {
            let list = list.as_array().into_iter().flatten();
            self.dependencies.extend(list.filter_map(of));
        }
        let wheels = entry.get("wheels").or_else(|| entry.get("files"));
        let names: Vec<&str> = wheels
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(file_name)
            .collect();
        let has_sdist = entry.get("sdist").is_some() || !names.is_empty();
        self.sdist_only |= has_sdist && !names.iter().any(|name| is_linux_wheel(name));
        self.source(entry);
    }

    fn source(&mut self, entry: &toml::Value) {
        let source = entry.get("source");
        let of_source = |key: &str| source.and_then(|source| source.get(key)?.as_str());
        let own = |key: &str| entry.get(key).and_then(toml::Value::as_str);
        let flag = |key: &str| entry.get(key).and_then(toml::Value::as_bool) == Some(true);
        self.from_vcs |=
            of_source("git").is_some() || own("git").is_some() || of_source("type") == Some("git");
        let path = match of_source("type") {
            Some("directory" | "file") => of_source("url").map(|path| (path, flag("develop"))),
            _ => of_source("editable")
                .map(|path| (path, true))
                .or_else(|| of_source("directory").map(|path| (path, false)))
                .or_else(|| own("path").map(|path| (path, flag("editable")))),
        };
        if let Some((path, editable)) = path {
            self.local = Some((path.to_owned(), editable));
        }
    }
}

/// `{ file = "x.whl" }`, `{ url = "…/x.whl" }`, `{ filename = "x.whl" }`.
fn file_name(file: &toml::Value) -> Option<&str> {
    let keys = ["file", "filename", "url", "path"];
    let text = keys.iter().find_map(|key| file.get(key)?.as_str())?;
    text.rsplit('/').next()
}

/// Whether a file is a wheel that some Linux takes. Source: PEP 427, "File name convention".
fn is_linux_wheel(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".whl") else {
        return false;
    };
    let platform = stem.rsplit('-').next().unwrap_or_default();
    platform == "any" || platform.contains("linux")
}

/// A dependency with a table or a text of its own.
fn of(value: &toml::Value) -> Option<Requirement> {
    match value {
        toml::Value::String(text) => requirement::requirement(text),
        toml::Value::Table(table) => {
            let name = table.get("name")?.as_str()?;
            let mut found = requirement::requirement(name)?;
            found.extras = extras(table.get("extra"));
            Some(found)
        }
        _ => None,
    }
}

/// A dependency whose name is the key.
pub(super) fn named(name: &str, value: &toml::Value) -> Option<Requirement> {
    let mut found = requirement::requirement(name)?;
    let tables = match value {
        toml::Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    for table in tables {
        found.extras.extend(extras(table.get("extras")));
        found.from_vcs |= table.get("git").is_some();
        let path = table.get("path").and_then(toml::Value::as_str);
        found.path = found.path.or_else(|| path.map(str::to_owned));
    }
    Some(found)
}

fn extras(value: Option<&toml::Value>) -> Vec<String> {
    let list = value.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(toml::Value::as_str)
        .map(normalise)
        .collect()
}

/// Pipenv's: each category with all that belongs to it.
fn pipfile(text: &str) -> Option<Lock> {
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut lock = Lock::default();
    for (category, list) in document.as_object()? {
        let group = match category.as_str() {
            "_meta" => continue,
            "default" => "main",
            "develop" => "dev",
            other => other,
        };
        for (name, says) in list.as_object().into_iter().flatten() {
            let package = lock.packages.entry(normalise(name)).or_default();
            package.groups.push(group.to_owned());
            let text = |key: &str| says.get(key).and_then(serde_json::Value::as_str);
            package.from_vcs |= text("git").is_some();
            let editable = says.get("editable").and_then(serde_json::Value::as_bool);
            if let Some(path) = text("path") {
                package.local = Some((path.to_owned(), editable == Some(true)));
            }
        }
    }
    Some(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closure(manager: Manager, text: &str, roots: &[&str]) -> Vec<String> {
        let lock = Lock::read(manager, text).unwrap();
        let roots: Vec<Requirement> = roots
            .iter()
            .filter_map(|root| requirement::requirement(root))
            .collect();
        let found = lock.closure(&roots);
        found
            .packages
            .into_iter()
            .map(|found| {
                let built = if found.sdist_only { "!" } else { "" };
                format!("{}{built}", found.name)
            })
            .collect()
    }

    #[test]
    fn what_nobody_names_is_found_in_poetrys() {
        let text = "[[package]]\nname = \"SQLAlchemy\"\nfiles = [{file = \"s-1-cp311-manylinux_x86_64.whl\"}]\n[package.dependencies]\ngreenlet = {version = \"*\", markers = \"x\"}\n\n[[package]]\nname = \"greenlet\"\nfiles = [{file = \"g.tar.gz\"}, {file = \"g-1-cp311-win32.whl\"}]\n\n[[package]]\nname = \"pytest\"\n";
        assert_eq!(
            closure(Manager::Poetry, text, &["sqlalchemy"]),
            ["greenlet!", "sqlalchemy"]
        );
    }

    #[test]
    fn uvs_and_pdms_name_dependencies_each_in_their_way() {
        let uv = "[[package]]\nname = \"a\"\ndependencies = [{ name = \"b\", extra = [\"x\"] }]\nwheels = [{ url = \"https://example.org/a-1-py3-none-any.whl\" }]\n[[package]]\nname = \"b\"\nsource = { git = \"https://example.org/b\" }\n[[package]]\nname = \"c\"\nsource = { editable = \"libs/c\" }\n";
        assert_eq!(closure(Manager::Uv, uv, &["a"]), ["a", "b"]);
        let lock = Lock::read(Manager::Uv, uv).unwrap();
        let roots = [requirement::requirement("c").unwrap()];
        assert_eq!(lock.closure(&roots).locals, [("libs/c".to_owned(), true)]);
        let pdm = "[[package]]\nname = \"a\"\ndependencies = [\"b>=1; python_version > '3'\"]\n[[package]]\nname = \"b\"\n";
        assert_eq!(closure(Manager::Pdm, pdm, &["a"]), ["a", "b"]);
    }

    #[test]
    fn pipenvs_is_a_list_of_all() {
        let text = "{\"_meta\": {}, \"default\": {\"flask\": {}, \"jinja2\": {}}, \"develop\": {\"pytest\": {}}}";
        let lock = Lock::read(Manager::Pipenv, text).unwrap();
        let names: Vec<String> = lock
            .in_groups(|group| group == "main")
            .into_iter()
            .map(|found| found.name)
            .collect();
        assert_eq!(names, ["flask", "jinja2"]);
        assert!(Lock::read(Manager::Uv, "not = [toml").is_none());
    }
}

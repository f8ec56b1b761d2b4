//! What a project asks for. In: `pyproject.toml` or `Pipfile`. Out: the requirements of the groups
//! that are chosen, its console scripts, and whether it is a package itself.

use super::super::requirement::{self, Requirement};
use super::lock;
use super::{Groups, Manager};

/// What a manifest says.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    /// The requirements of the chosen groups.
    pub(crate) requirements: Vec<Requirement>,
    /// Local projects among them, with whether they are installed in place.
    pub(crate) locals: Vec<(String, bool)>,
    /// The names of its console scripts.
    pub(crate) scripts: Vec<String>,
    /// Whether it is built and installed itself.
    pub(crate) is_package: bool,
    /// `requires-python`.
    pub(crate) requires_python: Option<String>,
}

impl Roots {
    /// Reads the manifest of `manager`. `None` where it is none.
    pub(crate) fn read(manager: Manager, text: &str, groups: &Groups) -> Option<Self> {
        let document = text.parse::<toml::Table>().ok()?;
        let mut roots = Self::default();
        let mut reader = Reader {
            manager,
            groups,
            document: &document,
            roots: &mut roots,
        };
        if manager == Manager::Pipenv {
            reader.pipfile();
        } else {
            reader.project();
            reader.poetry();
            reader.development();
        }
        Some(roots)
    }
}

struct Reader<'r> {
    manager: Manager,
    groups: &'r Groups,
    document: &'r toml::Table,
    roots: &'r mut Roots,
}

/// How deep groups that include groups are followed.
const MAX_DEPTH: usize = 4;

impl<'r> Reader<'r> {
    fn table(&self, path: &[&str]) -> Option<&'r toml::Table> {
        let (first, rest) = path.split_first()?;
        let mut value = self.document.get(*first)?;
        for key in rest {
            value = value.get(*key)?;
        }
        value.as_table()
    }

    /// Requirements as texts, and groups that are included.
    fn texts(&mut self, list: Option<&toml::Value>, depth: usize) {
        for item in list.and_then(toml::Value::as_array).into_iter().flatten() {
            match item {
                toml::Value::String(text) => {
                    let Some(found) = requirement::requirement(text) else {
                        continue;
                    };
                    if let Some(path) = &found.path {
                        self.roots.locals.push((path.clone(), false));
                    } else {
                        self.roots.requirements.push(found);
                    }
                }
                toml::Value::Table(table) if depth < MAX_DEPTH => {
                    let name = table.get("include-group").and_then(toml::Value::as_str);
                    let groups = self.table(&["dependency-groups"]);
                    let included = name.and_then(|name| groups?.get(name));
                    self.texts(included, depth + 1);
                }
                _ => {}
            }
        }
    }

    /// Requirements as a table of names.
    fn names(&mut self, table: Option<&toml::Table>) {
        for (name, value) in table.into_iter().flatten() {
            let flag = |key: &str| value.get(key).and_then(toml::Value::as_bool) == Some(true);
            let is_left_out = flag("optional") && !self.groups.all && self.groups.with.is_empty();
            if name == "python" || is_left_out {
                continue;
            }
            let Some(found) = lock::named(name, value) else {
                continue;
            };
            if let Some(path) = &found.path {
                let editable = flag("develop") || flag("editable");
                self.roots.locals.push((path.clone(), editable));
            }
            self.roots.requirements.push(Requirement {
                path: None,
                ..found
            });
        }
    }

    fn pipfile(&mut self) {
        if self.groups.main() {
            self.names(self.table(&["packages"]));
        }
        if self.groups.take("dev", false) {
            self.names(self.table(&["dev-packages"]));
        }
        // The project itself stands among the packages, by the path `.`.
        self.roots.is_package = false;
    }

    fn project(&mut self) {
        let Some(project) = self.table(&["project"]) else {
            return;
        };
        let requires = project.get("requires-python").and_then(toml::Value::as_str);
        self.roots.requires_python = requires.map(str::to_owned);
        self.scripts(self.table(&["project", "scripts"]));
        if self.groups.main() {
            self.texts(project.get("dependencies"), 0);
        }
        for (name, list) in self
            .table(&["project", "optional-dependencies"])
            .into_iter()
            .flatten()
        {
            if self.groups.take(name, true) {
                self.texts(Some(list), 0);
            }
        }
        let built = self.document.contains_key("build-system");
        let flag = |path: &[&str], key: &str| self.table(path)?.get(key)?.as_bool();
        self.roots.is_package = match self.manager {
            Manager::Uv => flag(&["tool", "uv"], "package").unwrap_or(built),
            Manager::Pdm => built && flag(&["tool", "pdm"], "distribution") != Some(false),
            Manager::Poetry => flag(&["tool", "poetry"], "package-mode") != Some(false),
            Manager::Pipenv => false,
        };
    }

    fn poetry(&mut self) {
        if self.manager != Manager::Poetry {
            return;
        }
        let Some(poetry) = self.table(&["tool", "poetry"]) else {
            return;
        };
        self.scripts(self.table(&["tool", "poetry", "scripts"]));
        let mode = poetry.get("package-mode").and_then(toml::Value::as_bool);
        self.roots.is_package = mode != Some(false);
        if self.groups.main() {
            self.names(self.table(&["tool", "poetry", "dependencies"]));
        }
        if self.groups.take("dev", false) {
            self.names(self.table(&["tool", "poetry", "dev-dependencies"]));
        }
        let groups = self.table(&["tool", "poetry", "group"]);
        for (name, group) in groups.into_iter().flatten() {
            let optional = group.get("optional").and_then(toml::Value::as_bool);
            if self.groups.take(name, optional == Some(true)) {
                self.names(group.get("dependencies").and_then(toml::Value::as_table));
            }
        }
    }

    /// Groups for development: PEP 735, and the managers' own from before it.
    fn development(&mut self) {
        let defaults = self
            .table(&["tool", "uv"])
            .and_then(|uv| uv.get("default-groups"));
        let defaults: Vec<&str> = match defaults.and_then(toml::Value::as_array) {
            Some(names) => names.iter().filter_map(toml::Value::as_str).collect(),
            None => vec!["dev"],
        };
        let groups = self.table(&["dependency-groups"]);
        for (name, list) in groups.into_iter().flatten() {
            let optional = self.manager == Manager::Uv && !defaults.contains(&name.as_str());
            if self.groups.take(name, optional) {
                self.texts(Some(list), 0);
            }
        }
        if self.manager == Manager::Uv && self.groups.take("dev", false) {
            let uv = self.table(&["tool", "uv"]);
            self.texts(uv.and_then(|uv| uv.get("dev-dependencies")), 0);
        }
        if self.manager == Manager::Pdm {
            let groups = self.table(&["tool", "pdm", "dev-dependencies"]);
            for (name, list) in groups.into_iter().flatten() {
                if self.groups.take(name, false) {
                    self.texts(Some(list), 0);
                }
            }
        }
    }

    fn scripts(&mut self, table: Option<&toml::Table>) {
        let names = table.into_iter().flat_map(toml::Table::keys);
        self.roots.scripts.extend(names.cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(manager: Manager, text: &str, groups: &Groups) -> Vec<String> {
        let roots = Roots::read(manager, text, groups).unwrap();
        let names = roots.requirements.into_iter().map(|found| found.name);
        names.collect()
    }

    #[test]
    fn groups_of_poetry() {
        let text = "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.11'\nFlask = '*'\npsycopg = {version = '*', extras = ['binary']}\nmaybe = {version = '*', optional = true}\nlib = {path = '../lib', develop = true}\n[tool.poetry.group.dev.dependencies]\npytest = '*'\n[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nsphinx = '*'\n";
        let all = Groups::default();
        assert_eq!(
            names(Manager::Poetry, text, &all),
            ["Flask", "lib", "psycopg", "pytest"].map(str::to_lowercase)
        );
        let main = Groups {
            only: vec!["main".into()],
            ..Groups::default()
        };
        assert_eq!(
            names(Manager::Poetry, text, &main),
            ["flask", "lib", "psycopg"]
        );
        let roots = Roots::read(Manager::Poetry, text, &main).unwrap();
        assert_eq!(roots.locals, [("../lib".to_owned(), true)]);
        assert!(roots.is_package);
    }

    #[test]
    fn groups_of_the_standard() {
        let text = "[project]\nname = 'x'\ndependencies = ['a>=1']\n[project.optional-dependencies]\nweb = ['b']\n[project.scripts]\ngo = 'x:main'\n[dependency-groups]\ndev = ['c', {include-group = 'lint'}]\nlint = ['d']\n";
        let none = Groups::default();
        assert_eq!(names(Manager::Uv, text, &none), ["a", "c", "d"]);
        let lean = Groups {
            no_dev: true,
            with: vec!["web".into()],
            ..Groups::default()
        };
        assert_eq!(names(Manager::Uv, text, &lean), ["a", "b"]);
        let roots = Roots::read(Manager::Uv, text, &lean).unwrap();
        assert!(!roots.is_package && roots.scripts == ["go"]);
    }

    #[test]
    fn the_pipfile() {
        let text = "[packages]\nflask = '*'\nlib = {path = './lib', editable = true}\n[dev-packages]\npytest = '*'\n";
        let lean = Groups {
            no_dev: true,
            ..Groups::default()
        };
        assert_eq!(names(Manager::Pipenv, text, &lean), ["flask", "lib"]);
    }
}

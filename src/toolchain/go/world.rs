//! The modules of a build. In: the directory in which a go command runs. Out: the main module, the
//! modules that lie beside it, and where an import leads.

use super::manifest::{self, Manifest, Require};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::toolchain::compiled::tree::{Tree, parent};

/// The modules that a go command sees.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// Directory of the main module in the image; of the workspace where there is one.
    pub(crate) root: String,
    /// The main modules: one, or those of a workspace. Each with its directory in the image and
    /// the context path of its manifest.
    pub(crate) modules: Vec<Module>,
    /// Import prefixes whose sources are here: (prefix, directory in the image).
    local: Vec<(String, String)>,
    /// `vendor`, where there is one.
    pub(crate) vendor: Option<String>,
    /// Whether a `go.work` is in force.
    pub(crate) is_workspace: bool,
}

/// A module whose sources are in the build context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    /// Its directory in the image.
    pub(crate) directory: String,
    /// The context path of its `go.mod`.
    pub(crate) file: String,
    /// What that says.
    pub(crate) manifest: Manifest,
}

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A package of the build context, by its directory in the image.
    Own(String),
    /// A vendored package, by its directory in the image.
    Vendored(String),
    /// The standard library.
    Standard,
    /// A module that is downloaded.
    External,
}

impl World {
    /// The modules that a go command sees which runs in `directory`, written on `line`.
    pub(crate) fn at(
        build: &Build<'_>,
        tree: &Tree,
        directory: &str,
        line: usize,
    ) -> Result<Self, Decline> {
        let Some(file) = upwards(tree, directory, "go.mod") else {
            if let Some(work) = upwards(tree, directory, "go.work") {
                return Self::workspace(build, tree, &work);
            }
            return Err(missing(build, line));
        };
        if let Some(work) = upwards(tree, directory, "go.work") {
            return Self::workspace(build, tree, &work);
        }
        let module = read_module(build, tree, &file).ok_or_else(|| missing(build, line))?;
        let mut world = Self {
            root: module.directory.clone(),
            ..Self::default()
        };
        world.add_local(&module.directory, &module.manifest.local);
        world.add(module);
        world.find_vendor(tree);
        Ok(world)
    }

    fn workspace(build: &Build<'_>, tree: &Tree, work: &str) -> Result<Self, Decline> {
        let context = tree.context(work).unwrap_or_default();
        let text = build.context.read(context).unwrap_or_default();
        let (uses, local) = manifest::read_workspace(text);
        let root = parent(work).to_owned();
        let mut world = Self {
            root: root.clone(),
            is_workspace: true,
            ..Self::default()
        };
        world.add_local(&root, &local);
        for used in uses {
            let file = clean(&format!("{root}/{used}/go.mod"));
            let Some(module) = read_module(build, tree, &file) else {
                let message =
                    format!("`{context}` uses `{used}`, which has no go.mod in the image");
                return Err(Decline::new(Code::MissingManifest, message));
            };
            world.add_local(&module.directory, &module.manifest.local);
            world.add(module);
        }
        world.find_vendor(tree);
        Ok(world)
    }

    fn add(&mut self, module: Module) {
        let path = module.manifest.module.clone();
        self.local.push((path, module.directory.clone()));
        self.modules.push(module);
    }

    fn add_local(&mut self, root: &str, local: &[(String, String)]) {
        for (path, directory) in local {
            let directory = if directory.starts_with('/') {
                clean(directory)
            } else {
                clean(&format!("{root}/{directory}"))
            };
            self.local.push((path.clone(), directory));
        }
    }

    fn find_vendor(&mut self, tree: &Tree) {
        let vendor = clean(&format!("{}/vendor", self.root));
        let is_one = tree.context(&format!("{vendor}/modules.txt")).is_some();
        self.vendor = is_one.then_some(vendor);
    }

    /// Where `import` leads.
    pub(crate) fn resolve(&self, tree: &Tree, import: &str) -> Target {
        let mut own: Option<(usize, String)> = None;
        for (prefix, directory) in &self.local {
            let Some(rest) = below(import, prefix) else {
                continue;
            };
            let path = clean(&format!("{directory}/{rest}"));
            let longer = own
                .as_ref()
                .is_none_or(|(length, _)| *length < prefix.len());
            if longer && tree.is_dir(&path) {
                own = Some((prefix.len(), path));
            }
        }
        if let Some((_, path)) = own {
            return Target::Own(path);
        }
        if let Some(vendor) = &self.vendor {
            let path = clean(&format!("{vendor}/{import}"));
            if tree.is_dir(&path) {
                return Target::Vendored(path);
            }
        }
        let first = import.split('/').next().unwrap_or_default();
        if first.contains('.') {
            Target::External
        } else {
            Target::Standard
        }
    }

    /// The import path of a package by its directory in the image.
    pub(crate) fn import_path(&self, directory: &str) -> Option<String> {
        let within = |module: &&Module| below(directory, &module.directory).is_some();
        let module = self
            .modules
            .iter()
            .filter(within)
            .max_by_key(|m| m.directory.len())?;
        let rest = below(directory, &module.directory)?;
        Some(if rest.is_empty() {
            module.manifest.module.clone()
        } else {
            format!("{}/{rest}", module.manifest.module)
        })
    }

    /// What the main modules require of others, replacements by directories left out.
    pub(crate) fn requires(&self) -> impl Iterator<Item = (&Module, &Require)> {
        self.modules.iter().flat_map(move |module| {
            let requires = module.manifest.requires.iter();
            let elsewhere = move |require: &&Require| {
                !self.local.iter().any(|(prefix, _)| *prefix == require.path)
            };
            requires
                .filter(elsewhere)
                .map(move |require| (module, require))
        })
    }
}

/// What follows `prefix` in `path`; empty for the prefix itself.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('/')
    }
}

/// The path of the file `name` in `directory` or the nearest directory above it.
fn upwards(tree: &Tree, directory: &str, name: &str) -> Option<String> {
    let mut at = directory;
    loop {
        let file = format!("{}/{name}", at.trim_end_matches('/'));
        if tree.context(&file).is_some() {
            return Some(file);
        }
        if at == "/" || at.is_empty() {
            return None;
        }
        at = parent(at);
    }
}

fn read_module(build: &Build<'_>, tree: &Tree, file: &str) -> Option<Module> {
    let context = tree.context(file)?;
    let manifest = manifest::read(build.context.read(context)?);
    (!manifest.module.is_empty()).then(|| Module {
        directory: parent(file).to_owned(),
        file: context.to_owned(),
        manifest,
    })
}

fn missing(build: &Build<'_>, line: usize) -> Decline {
    if build.context.is_hidden("go.mod") {
        let message = "`go.mod` is hidden by `.dockerignore`";
        return Decline::new(Code::HiddenByDockerignore, message).at(line);
    }
    let message = "there is no `go.mod` where go runs";
    Decline::new(Code::MissingManifest, message)
        .at(line)
        .hint("a project from before modules can be given one with `go mod init`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn imports_lead_to_the_module_its_replacements_and_vendor() {
        let files = [
            (
                "svc/go.mod",
                "module example.org/svc\nreplace example.org/lib => ../lib\n",
            ),
            ("svc/a/a.go", ""),
            ("svc/vendor/modules.txt", ""),
            ("svc/vendor/github.com/x/y/y.go", ""),
            ("lib/go.mod", "module example.org/lib"),
            ("lib/z/z.go", ""),
        ];
        sample(
            "FROM golang:1.25\nWORKDIR /src\nCOPY . .\n",
            &files,
            |build| {
                let tree = Tree::of(build);
                let world = World::at(build, &tree, "/src/svc/a", 1).unwrap();
                let target = |import: &str| world.resolve(&tree, import);
                assert_eq!(
                    target("example.org/svc/a"),
                    Target::Own("/src/svc/a".into())
                );
                assert_eq!(
                    target("example.org/lib/z"),
                    Target::Own("/src/lib/z".into())
                );
                let vendored = "/src/svc/vendor/github.com/x/y";
                assert_eq!(target("github.com/x/y"), Target::Vendored(vendored.into()));
                assert_eq!(target("github.com/x/z"), Target::External);
                assert_eq!(target("net/http"), Target::Standard);
                assert_eq!(
                    world.import_path("/src/svc/a").as_deref(),
                    Some("example.org/svc/a")
                );
                let none = World::at(build, &tree, "/src", 3).unwrap_err();
                assert_eq!((none.code, none.line), (Code::MissingManifest, Some(3)));
            },
        );
    }

    #[test]
    fn a_workspace_makes_its_modules_see_each_other() {
        let files = [
            ("go.work", "go 1.25\nuse (\n./a\n./b\n)\n"),
            ("a/go.mod", "module a.org/a\nrequire b.org/b v0.0.0\n"),
            ("a/main.go", ""),
            ("b/go.mod", "module b.org/b\n"),
            ("b/b.go", ""),
        ];
        sample(
            "FROM golang:1.25\nWORKDIR /src\nCOPY . .\n",
            &files,
            |build| {
                let tree = Tree::of(build);
                let world = World::at(build, &tree, "/src", 1).unwrap();
                assert!(world.is_workspace);
                assert_eq!(
                    world.resolve(&tree, "b.org/b"),
                    Target::Own("/src/b".into())
                );
                assert_eq!(world.requires().count(), 0);
            },
        );
    }
}

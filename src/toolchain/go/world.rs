//! The modules of a build. In: the directory in which a go command runs. Out: the main module, the
//! modules that lie beside it, and where an import leads.

#[cfg(test)]
mod tests;

use super::manifest::{self, Manifest, Require};
use super::mode::{self, Site};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::layout::{is_system_directory, is_within};
use crate::toolchain::compiled::tree::{Tree, has_extension, parent};

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
    /// Whether no manifest of the context says which modules are linked: there is none, or a
    /// command of the build writes it.
    pub(crate) is_open: bool,
    /// `src` of every directory of GOPATH, where go works without modules.
    sources: Vec<String>,
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

    /// What a go command of the build sees: modules, one that is made by the build, or GOPATH.
    pub(crate) fn seen(build: &Build<'_>, tree: &Tree, site: &Site<'_>) -> Result<Self, Decline> {
        if mode::is_gopath(build, tree, site) {
            let sources = site.gopath(build).into_iter().map(|path| path + "/src");
            return Ok(Self {
                root: site.directory.to_owned(),
                is_open: true,
                sources: sources.collect(),
                ..Self::default()
            });
        }
        match (
            Self::at(build, tree, site.directory, site.line),
            site.made_module(build, tree),
        ) {
            (Err(_), Some((directory, path))) => {
                let mut world = Self {
                    root: directory.clone(),
                    is_open: true,
                    ..Self::default()
                };
                world.local.push((path, directory));
                world.find_vendor(tree);
                Ok(world)
            }
            (world, _) => world,
        }
    }

    /// What go sees that builds files by their names where there is no module: those and the
    /// standard library.
    pub(crate) fn of_files(directory: &str) -> Self {
        Self {
            root: directory.to_owned(),
            is_open: true,
            ..Self::default()
        }
    }

    /// The same, for a program whose package lies at `package`: without modules the project is
    /// what came along with it.
    pub(crate) fn of_package(&self, build: &Build<'_>, package: &str) -> Self {
        let mut world = self.clone();
        if !self.sources.is_empty() {
            let around = build.layout.entries.iter().filter(|entry| {
                entry.is_dir
                    && is_within(package, &entry.destination)
                    && !is_system_directory(&entry.destination)
                    && !self
                        .sources
                        .iter()
                        .any(|source| is_within(source, &entry.destination))
            });
            let around = around.map(|entry| entry.destination.as_str());
            package.clone_into(&mut world.root);
            if let Some(root) = around.min_by_key(|path| path.len()) {
                root.clone_into(&mut world.root);
            }
        }
        world
    }

    /// Whether go works with modules.
    pub(crate) fn has_modules(&self) -> bool {
        self.sources.is_empty()
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

    /// Where `import` leads in a package that lies in the directory `from`.
    pub(crate) fn resolve(&self, tree: &Tree, from: &str, import: &str) -> Target {
        if !self.sources.is_empty() {
            return self.without_modules(tree, from, import);
        }
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
        elsewhere(import)
    }

    /// Source: `go help gopath`, `go help importpath`: relative paths, `vendor` in the package's
    /// directory and those above it, then GOPATH.
    fn without_modules(&self, tree: &Tree, from: &str, import: &str) -> Target {
        let holds = |path: &str| tree.direct(path).any(|(file, _)| has_extension(file, "go"));
        if import.starts_with("./") || import.starts_with("../") {
            return Target::Own(clean(&format!("{from}/{import}")));
        }
        let source = self.sources.iter().find(|source| is_within(from, source));
        let mut at = from;
        while let Some(source) = source
            && is_within(at, source)
        {
            let path = format!("{at}/vendor/{import}");
            if holds(&path) {
                return Target::Vendored(path);
            }
            at = parent(at);
        }
        let mut own = self
            .sources
            .iter()
            .map(|source| clean(&format!("{source}/{import}")));
        own.find(|path| holds(path))
            .map_or_else(|| elsewhere(import), Target::Own)
    }

    /// The import path of a package by its directory in the image.
    pub(crate) fn import_path(&self, directory: &str) -> Option<String> {
        if self.modules.is_empty() {
            let source = self.sources.iter().map(|source| (source, ""));
            let made = self.local.iter().map(|(path, root)| (root, path.as_str()));
            return source.chain(made).find_map(|(root, path)| {
                let rest = below(directory, root)?;
                Some(clean_import(&format!("{path}/{rest}")))
            });
        }
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

/// A package that is not in the image before the build.
fn elsewhere(import: &str) -> Target {
    let first = import.split('/').next().unwrap_or_default();
    if first.contains('.') {
        Target::External
    } else {
        Target::Standard
    }
}

fn clean_import(path: &str) -> String {
    path.trim_matches('/').to_owned()
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

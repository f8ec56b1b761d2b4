//! Cargo.toml. In: its text and the files beside it. Out: the package: its programs, its other
//! targets, its dependencies and features.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::dependency::{self, Dependency, Kind};
use crate::outcome::{Code, Decline};
use crate::project::context::BuildContext;

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Package {
    /// Its name.
    pub name: String,
    /// Its folder in the build context; empty for the root.
    pub folder: String,
    /// Its directory in the image, where that is known.
    pub directory: String,
    /// Its programs, sorted by name.
    pub bins: Vec<Bin>,
    /// `default-run`.
    pub default_run: Option<String>,
    /// The library's file.
    pub lib: Option<String>,
    /// The library's `crate-type`s; empty for the default.
    pub crate_types: Vec<String>,
    /// Whether the library is a procedural macro.
    pub proc_macro: bool,
    /// The build script's file.
    pub build_script: Option<String>,
    /// Files of declared examples, tests and benches.
    pub other_targets: Vec<String>,
    /// Its dependencies.
    pub dependencies: Vec<Dependency>,
    /// Its features.
    pub features: BTreeMap<String, Vec<String>>,
    /// Whether another manifest has a say: `[workspace]` inheritance, `[patch]` with paths.
    pub is_entangled: bool,
}

/// A program of a package. Paths are relative to the package's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bin {
    /// Its name.
    pub name: String,
    /// The file of its `main`.
    pub path: String,
    /// Features without which it is not built.
    pub required: Vec<String>,
}

/// The manifest's path in the folder.
pub(crate) fn path_in(folder: &str) -> String {
    join(folder, "Cargo.toml")
}

/// `name` in the folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// What a workspace's manifest says for its packages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    /// `[workspace.package]`.
    pub package: Table,
    /// `[workspace.dependencies]`.
    pub dependencies: Table,
}

/// Reads the manifest in `folder` of the context. Declines what is no package.
pub(crate) fn read(
    context: &BuildContext,
    folder: &str,
    shared: &Shared,
) -> Result<Package, Decline> {
    let path = path_in(folder);
    let Some(text) = context.read(&path) else {
        let message = format!("`{path}` is not in the build context");
        return Err(Decline::new(Code::MissingManifest, message)
            .hint("name the folder that it is built from with `--context DIR`"));
    };
    let unsupported = |message: String| Decline::new(Code::UnsupportedProject, message);
    let table: Table = text
        .parse()
        .map_err(|_| unsupported(format!("`{path}` is not valid TOML")))?;
    let Some(section) = table.get("package").and_then(Value::as_table) else {
        return Err(unsupported(format!("`{path}` has no `[package]`")));
    };
    let name = text_of(section, "name")
        .ok_or_else(|| unsupported(format!("the package in `{path}` has no name")))?;
    let files = Files { context, folder };
    let mut package = Package {
        name,
        folder: folder.to_owned(),
        default_run: text_of(section, "default-run"),
        ..Package::default()
    };
    let edition = text_of(section, "edition").or_else(|| text_of(&shared.package, "edition"));
    package.targets(&table, section, edition.as_deref(), &files);
    package.dependencies(&table, shared);
    package.features = features(&table);
    package.is_entangled = inherits(section, 0) || has_paths(table.get("patch"), 0);
    Ok(package)
}

struct Files<'c> {
    context: &'c BuildContext,
    folder: &'c str,
}

impl Files<'_> {
    fn has(&self, path: &str) -> bool {
        self.context.is_file(&join(self.folder, path))
    }

    /// `src/bin/*.rs` and `src/bin/*/main.rs`: names and files.
    fn auto_bins(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for child in self.context.children(&join(self.folder, "src/bin")) {
            let name = child.rsplit('/').next().unwrap_or(child);
            if let Some(stem) = name.strip_suffix(".rs") {
                found.push((stem.to_owned(), format!("src/bin/{name}")));
            } else if self.has(&format!("src/bin/{name}/main.rs")) {
                found.push((name.to_owned(), format!("src/bin/{name}/main.rs")));
            }
        }
        found
    }
}

impl Package {
    fn targets(
        &mut self,
        table: &Table,
        section: &Table,
        edition: Option<&str>,
        files: &Files<'_>,
    ) {
        let declared = array(table, "bin");
        let edition = edition.and_then(|edition| edition.parse().ok());
        // Until edition 2018 one declared target switched the search off.
        // Source: the Cargo book, "Target auto-discovery".
        let any = ["bin", "lib", "example", "test", "bench"]
            .iter()
            .any(|key| table.contains_key(*key));
        let default = edition.unwrap_or(2015_u32) >= 2018 || !any;
        let auto = section
            .get("autobins")
            .and_then(Value::as_bool)
            .unwrap_or(default);
        let mut found = files.auto_bins();
        if files.has("src/main.rs") {
            found.push((self.name.clone(), "src/main.rs".into()));
        }
        for bin in declared {
            let Some(name) = text_of(bin, "name") else {
                continue;
            };
            let inferred = || {
                found
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, path)| path.clone())
            };
            let path = text_of(bin, "path").or_else(inferred);
            let path = path.unwrap_or_else(|| format!("src/bin/{name}.rs"));
            let required = strings(bin.get("required-features"));
            self.bins.push(Bin {
                name,
                path: plain(&path),
                required,
            });
        }
        for (name, path) in found.into_iter().filter(|_| auto) {
            if !self
                .bins
                .iter()
                .any(|bin| bin.name == name || bin.path == path)
            {
                self.bins.push(Bin {
                    name,
                    path,
                    required: Vec::new(),
                });
            }
        }
        self.bins.sort();
        let lib = table.get("lib").and_then(Value::as_table);
        let path = lib
            .and_then(|lib| text_of(lib, "path"))
            .unwrap_or_else(|| "src/lib.rs".into());
        self.lib = (lib.is_some() || files.has(&path)).then(|| plain(&path));
        if let Some(lib) = lib {
            self.crate_types = strings(lib.get("crate-type").or_else(|| lib.get("crate_type")));
            self.proc_macro = ["proc-macro", "proc_macro"]
                .iter()
                .any(|key| lib.get(*key).and_then(Value::as_bool) == Some(true));
        }
        self.build_script = match section.get("build") {
            Some(Value::String(path)) => Some(plain(path)),
            Some(Value::Boolean(false)) => None,
            _ => files.has("build.rs").then(|| "build.rs".into()),
        };
        for (key, folder) in [
            ("example", "examples"),
            ("test", "tests"),
            ("bench", "benches"),
        ] {
            for target in array(table, key) {
                let name = text_of(target, "name").unwrap_or_default();
                let one = format!("{folder}/{name}.rs");
                let other = format!("{folder}/{name}/main.rs");
                let inferred = || {
                    if files.has(&other) {
                        other.clone()
                    } else {
                        one.clone()
                    }
                };
                let path = text_of(target, "path").unwrap_or_else(inferred);
                self.other_targets.push(plain(&path));
            }
        }
    }

    fn dependencies(&mut self, table: &Table, shared: &Shared) {
        self.section(table, shared);
        let targets = table.get("target").and_then(Value::as_table);
        for (condition, section) in targets.into_iter().flatten() {
            if dependency::may_be_linux(condition)
                && let Some(section) = section.as_table()
            {
                self.section(section, shared);
            }
        }
    }

    fn section(&mut self, table: &Table, shared: &Shared) {
        let kinds = [
            ("dependencies", Kind::Normal),
            ("build-dependencies", Kind::Build),
            ("dev-dependencies", Kind::Dev),
        ];
        for (key, kind) in kinds {
            let section = table.get(key).and_then(Value::as_table);
            for (key, value) in section.into_iter().flatten() {
                let found = dependency::read(key, value, kind, Some(&shared.dependencies));
                self.dependencies.push(found);
            }
        }
    }

    /// Whether something of the project beside the package is compiled into it.
    pub(crate) fn has_path_dependencies(&self) -> bool {
        self.dependencies
            .iter()
            .any(|dependency| dependency.path.is_some())
    }
}

fn features(table: &Table) -> BTreeMap<String, Vec<String>> {
    let section = table.get("features").and_then(Value::as_table);
    let section = section.into_iter().flatten();
    section
        .map(|(name, list)| (name.clone(), strings(Some(list))))
        .collect()
}

/// How deep a manifest is looked into.
const MAX_DEPTH: usize = 8;

fn inherits(table: &Table, depth: usize) -> bool {
    depth < MAX_DEPTH
        && table.iter().any(|(key, value)| match value {
            Value::Boolean(true) => key == "workspace",
            Value::Table(inner) => inherits(inner, depth + 1),
            _ => false,
        })
}

fn has_paths(value: Option<&Value>, depth: usize) -> bool {
    let Some(table) = value.and_then(Value::as_table) else {
        return false;
    };
    depth < MAX_DEPTH
        && table
            .iter()
            .any(|(key, value)| key == "path" || has_paths(Some(value), depth + 1))
}

fn array<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t Table> {
    let list = table.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_table)
}

fn text_of(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn plain(path: &str) -> String {
    path.trim_start_matches("./").to_owned()
}

#[cfg(test)]
mod tests;

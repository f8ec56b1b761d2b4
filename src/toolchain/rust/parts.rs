//! The packages of the project that go into one build. In: the packages that cargo is told to
//! build. Out: those and the packages of the project that they depend on, each with what is active
//! in it: cargo builds every package once, with all features that anyone asks of it.

use std::collections::{BTreeMap, BTreeSet};

use super::features::Active;
use super::invocation::FeatureFlags;
use super::manifest::Package;
use super::workspace::Workspace;

/// A package of the project, as it is built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Part {
    /// The package.
    pub package: Package,
    /// What is active in it.
    pub active: Active,
}

/// Everything that one run of cargo compiles of the project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    parts: BTreeMap<String, Part>,
    root: String,
}

impl Parts {
    /// What is compiled for the `selected` packages (directories) of the workspace in `root`.
    pub(crate) fn of(
        workspace: &Workspace,
        root: &str,
        selected: &[&Package],
        flags: &FeatureFlags,
    ) -> Self {
        let mut found = Self {
            parts: BTreeMap::new(),
            root: root.to_owned(),
        };
        let mut asked: BTreeMap<String, FeatureFlags> = BTreeMap::new();
        let mut waiting = Vec::new();
        for package in selected {
            asked.insert(package.directory.clone(), flags_for(package, flags));
            waiting.push(package.directory.clone());
        }
        // Features only ever come in, so this ends.
        while let Some(directory) = waiting.pop() {
            let package = workspace.packages.iter().find(|p| p.directory == directory);
            let (Some(package), Some(flags)) = (package, asked.get(&directory)) else {
                continue;
            };
            let active = Active::of(package, flags);
            for dependency in active.dependencies(package) {
                let Some(at) = dependency.directory(&directory, root) else {
                    continue;
                };
                let mut names = active.asked_of(dependency);
                let no_default = !names.remove("default");
                let is_new = !asked.contains_key(&at);
                let known = asked.entry(at.clone()).or_insert(FeatureFlags {
                    no_default: true,
                    ..FeatureFlags::default()
                });
                let before = known.clone();
                known.no_default &= no_default;
                known.names.extend(names);
                known.names.sort();
                known.names.dedup();
                if is_new || before != *known {
                    waiting.push(at);
                }
            }
            let package = package.clone();
            found.parts.insert(directory, Part { package, active });
        }
        found
    }

    /// The part in a directory.
    pub(crate) fn at(&self, directory: &str) -> Option<&Part> {
        self.parts.get(directory)
    }

    /// The parts that are in the programs of the package in `directory`: itself first, then what
    /// it depends on. Procedural macros run in the compiler alone.
    pub(crate) fn within(&self, directory: &str) -> Vec<Part> {
        let mut found: Vec<Part> = Vec::new();
        let mut seen = BTreeSet::from([directory.to_owned()]);
        let mut waiting = vec![directory.to_owned()];
        while let Some(directory) = waiting.pop() {
            let Some(part) = self.parts.get(&directory) else {
                continue;
            };
            if part.package.proc_macro {
                continue;
            }
            for dependency in part.active.dependencies(&part.package) {
                if let Some(at) = dependency.directory(&directory, &self.root)
                    && seen.insert(at.clone())
                {
                    waiting.push(at);
                }
            }
            found.push(part.clone());
        }
        found
    }

    /// The features that anyone asks of each package from elsewhere, by its name.
    pub(crate) fn asked(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for part in self.parts.values() {
            for dependency in part.active.dependencies(&part.package) {
                let names = part.active.asked_of(dependency);
                asked
                    .entry(dependency.package.clone())
                    .or_default()
                    .extend(names);
            }
        }
        asked
    }
}

/// The flags as they hold for one of the packages that are built: `--features api/metrics`.
fn flags_for(package: &Package, flags: &FeatureFlags) -> FeatureFlags {
    let names = flags.names.iter().map(|name| match name.split_once('/') {
        Some((of, feature)) if of == package.name => feature.to_owned(),
        _ => name.clone(),
    });
    FeatureFlags {
        names: names.collect(),
        ..flags.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::rust::workspace;

    #[test]
    fn features_of_all_that_is_built_add_up() {
        let files = [
            ("Cargo.toml", "[workspace]\nmembers=['a','b','m','x']"),
            (
                "a/Cargo.toml",
                "[package]\nname='a'\n[dependencies]\nm={path='../m',default-features=false}\nx={path='../x'}\ntls='1'",
            ),
            (
                "b/Cargo.toml",
                "[package]\nname='b'\n[dependencies]\nm={path='../m',features=['f']}\ntls={version='1',features=['vendored']}",
            ),
            (
                "m/Cargo.toml",
                "[package]\nname='m'\n[dependencies]\nd={version='1',optional=true}\n[features]\ndefault=['e']\ne=[]\nf=['dep:d']",
            ),
            (
                "x/Cargo.toml",
                "[package]\nname='x'\n[lib]\nproc-macro=true",
            ),
        ];
        sample("FROM rust:1\nCOPY . /w\n", &files, |build| {
            let workspace = workspace::read(build, "/w").unwrap();
            let of = |names: &[&str]| {
                let selected: Vec<_> = workspace
                    .packages
                    .iter()
                    .filter(|package| names.contains(&package.name.as_str()))
                    .collect();
                Parts::of(&workspace, "/w", &selected, &FeatureFlags::default())
            };
            let active = |parts: &Parts| -> Vec<String> {
                let part = parts.at("/w/m").unwrap();
                part.active.features.iter().cloned().collect()
            };
            let (one, all) = (of(&["a"]), of(&["a", "b"]));
            assert_eq!(active(&one), [] as [&str; 0]);
            assert_eq!(active(&all), ["default", "e", "f"]);
            let within = all.within("/w/a");
            let names: Vec<_> = within
                .iter()
                .map(|part| part.package.name.as_str())
                .collect();
            assert_eq!(names, ["a", "m"]);
            assert!(one.asked()["tls"].len() == 1 && all.asked()["tls"].contains("vendored"));
            assert!(all.asked().contains_key("d") && !one.asked().contains_key("d"));
        });
    }
}

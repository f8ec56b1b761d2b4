//! Which optional dependencies a build uses. In: a package and the feature options of a command.
//! Out: the active features, the dependencies that the program has, and what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

use super::dependency::{Dependency, Kind};
use super::invocation::FeatureFlags;
use super::manifest::Package;

/// What is active in one build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Active {
    /// Features of the package.
    pub features: BTreeSet<String>,
    /// Keys of optional dependencies that are brought in.
    optional: BTreeSet<String>,
    /// Features that the package's own features ask of dependencies, by key.
    asked: BTreeMap<String, BTreeSet<String>>,
}

impl Active {
    /// What `flags` make active in `package`.
    pub(crate) fn of(package: &Package, flags: &FeatureFlags) -> Self {
        let mut active = Self::default();
        let mut waiting: Vec<String> = flags.names.clone();
        if !flags.no_default {
            waiting.push("default".into());
        }
        if flags.all {
            waiting.extend(package.features.keys().cloned());
            let optional = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.optional);
            waiting.extend(optional.map(|dependency| dependency.key.clone()));
        }
        while let Some(item) = waiting.pop() {
            active.turn_on(package, &item, &mut waiting);
        }
        active
    }

    fn turn_on(&mut self, package: &Package, item: &str, waiting: &mut Vec<String>) {
        if let Some(key) = item.strip_prefix("dep:") {
            self.optional.insert(key.to_owned());
            return;
        }
        if let Some((key, feature)) = item.split_once('/') {
            let weak = key.ends_with('?');
            let key = key.trim_end_matches('?');
            if !weak {
                self.optional.insert(key.to_owned());
            }
            self.asked
                .entry(key.to_owned())
                .or_default()
                .insert(feature.to_owned());
            return;
        }
        if !self.features.insert(item.to_owned()) {
            return;
        }
        match package.features.get(item) {
            Some(list) => waiting.extend(list.iter().cloned()),
            None => _ = self.optional.insert(item.to_owned()),
        }
    }

    /// The dependencies that the program is made of.
    pub(crate) fn dependencies<'p>(
        &self,
        package: &'p Package,
    ) -> impl Iterator<Item = &'p Dependency> {
        package.dependencies.iter().filter(|dependency| {
            dependency.kind == Kind::Normal
                && (!dependency.optional || self.optional.contains(&dependency.key))
        })
    }

    /// The features that are asked of a dependency.
    pub(crate) fn asked_of(&self, dependency: &Dependency) -> BTreeSet<String> {
        let mut asked: BTreeSet<String> = dependency.features.iter().cloned().collect();
        asked.extend(
            self.asked
                .get(&dependency.key)
                .into_iter()
                .flatten()
                .cloned(),
        );
        if dependency.default_features {
            asked.insert("default".into());
        }
        asked
    }
}

/// Whether a word of this kind (`vendored`, `bundled`) is asked for by what is not active: then a
/// lockfile, which holds everything that could be, does not tell what is.
pub(crate) fn only_elsewhere(package: &Package, active: &Active, word: &str) -> bool {
    let inactive_feature = package.features.iter().any(|(name, list)| {
        !active.features.contains(name) && list.iter().any(|item| item.contains(word))
    });
    let used: Vec<&str> = active
        .dependencies(package)
        .map(|d| d.key.as_str())
        .collect();
    let inactive_dependency = package.dependencies.iter().any(|dependency| {
        let is_used = dependency.kind == Kind::Normal && used.contains(&dependency.key.as_str());
        !is_used
            && dependency
                .features
                .iter()
                .any(|feature| feature.contains(word))
    });
    inactive_feature || inactive_dependency
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::toolchain::rust::manifest;

    const MANIFEST: &str = "[package]\nname='a'\n[dependencies]\nalways='1'\ntls={version='1',optional=true}\n\
        db={version='1',optional=true,features=['x']}\nmetrics={version='1',optional=true}\n\
        [features]\ndefault=['db']\nsecure=['dep:tls','always/secure','db?/ssl']\nstatic=['tls/vendored']";

    fn names(flags: &FeatureFlags) -> Vec<String> {
        let package = package();
        let active = Active::of(&package, flags);
        active
            .dependencies(&package)
            .map(|d| d.key.clone())
            .collect()
    }

    fn package() -> Package {
        manifest::read(
            &BuildContext::from_texts([("Cargo.toml", MANIFEST)]),
            "",
            &manifest::Shared::default(),
        )
        .unwrap()
    }

    #[test]
    fn features_bring_dependencies_in() {
        assert_eq!(names(&FeatureFlags::default()), ["always", "db"]);
        let none = FeatureFlags {
            no_default: true,
            ..FeatureFlags::default()
        };
        assert_eq!(names(&none), ["always"]);
        let secure = FeatureFlags {
            names: vec!["secure".into()],
            ..none.clone()
        };
        assert_eq!(names(&secure), ["always", "tls"]);
        let implicit = FeatureFlags {
            names: vec!["metrics".into()],
            ..none
        };
        assert_eq!(names(&implicit), ["always", "metrics"]);
        let all = FeatureFlags {
            all: true,
            ..FeatureFlags::default()
        };
        assert_eq!(names(&all), ["always", "db", "metrics", "tls"]);
    }

    #[test]
    fn what_is_asked_of_a_dependency_adds_up() {
        let package = package();
        let flags = FeatureFlags {
            names: vec!["secure".into()],
            ..FeatureFlags::default()
        };
        let active = Active::of(&package, &flags);
        let db = package.dependencies.iter().find(|d| d.key == "db").unwrap();
        let asked: Vec<_> = active.asked_of(db).into_iter().collect();
        assert_eq!(asked, ["default", "ssl", "x"]);
        assert!(only_elsewhere(&package, &active, "vendored"));
        assert!(!only_elsewhere(&package, &active, "bundled"));
    }
}

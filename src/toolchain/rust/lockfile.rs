//! Cargo.lock. In: its text. Out: which packages lie behind which.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// The graph of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lockfile {
    packages: Vec<Locked>,
    by_name: BTreeMap<String, Vec<usize>>,
}

/// A package of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Locked {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it depends on: `name`, or `name version` where there are several.
    dependencies: Vec<String>,
}

impl Locked {
    /// The names of what it depends on.
    pub(crate) fn dependency_names(&self) -> Vec<String> {
        let names = self
            .dependencies
            .iter()
            .filter_map(|text| text.split(' ').next());
        names.map(str::to_owned).collect()
    }
}

/// Packages that only compile others: what lies behind them is not in the program.
const BUILD_TOOLS: [&str; 14] = [
    "bindgen",
    "cc",
    "cmake",
    "pkg-config",
    "vcpkg",
    "system-deps",
    "autotools",
    "prost-build",
    "tonic-build",
    "cbindgen",
    "vergen",
    "built",
    "autocfg",
    "shadow-rs",
];

impl Lockfile {
    /// Reads a lockfile; `None` when it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let table: Table = text.parse().ok()?;
        let mut lockfile = Self::default();
        let packages = table.get("package").and_then(Value::as_array);
        for package in packages.into_iter().flatten().filter_map(Value::as_table) {
            let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
            let list = package.get("dependencies").and_then(Value::as_array);
            let dependencies = list.into_iter().flatten().filter_map(Value::as_str);
            let locked = Locked {
                name: text("name")?,
                version: text("version").unwrap_or_default(),
                dependencies: dependencies.map(str::to_owned).collect(),
            };
            let index = lockfile.packages.len();
            lockfile
                .by_name
                .entry(locked.name.clone())
                .or_default()
                .push(index);
            lockfile.packages.push(locked);
        }
        Some(lockfile)
    }

    /// The packages behind `roots` (package names), themselves included, sorted by name. Build
    /// tools and what only they need are left out.
    pub(crate) fn behind<'r>(&self, roots: impl IntoIterator<Item = &'r str>) -> Vec<&Locked> {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut waiting: Vec<usize> = roots.into_iter().flat_map(|name| self.find(name)).collect();
        while let Some(index) = waiting.pop() {
            let Some(package) = self.packages.get(index) else {
                continue;
            };
            if BUILD_TOOLS.contains(&package.name.as_str()) || !seen.insert(index) {
                continue;
            }
            waiting.extend(package.dependencies.iter().flat_map(|name| self.find(name)));
        }
        let mut found: Vec<&Locked> = seen
            .iter()
            .filter_map(|at| self.packages.get(*at))
            .collect();
        found.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        found
    }

    /// The packages that `name`, `name version` or `name version (source)` stands for.
    fn find(&self, text: &str) -> Vec<usize> {
        let mut words = text.split(' ');
        let name = words.next().unwrap_or_default();
        let version = words.next();
        let all = self.by_name.get(name).cloned().unwrap_or_default();
        let is_it = |index: &usize| {
            let package = self.packages.get(*index);
            version.is_none_or(|version| package.is_some_and(|p| p.version == version))
        };
        all.into_iter().filter(is_it).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["tls 1.0.0", "testing"]
[[package]]
name = "tls"
version = "1.0.0"
dependencies = ["openssl-sys", "bindgen"]
[[package]]
name = "tls"
version = "2.0.0"
dependencies = ["pure"]
[[package]]
name = "openssl-sys"
version = "0.9.1"
dependencies = ["cc", "openssl-src"]
[[package]]
name = "bindgen"
version = "1.0.0"
dependencies = ["clang-sys"]
[[package]]
name = "clang-sys"
version = "1.0.0"
[[package]]
name = "pure"
version = "1.0.0"
dependencies = ["tls 2.0.0"]
"#;

    #[test]
    fn only_what_lies_behind_the_roots_counts() {
        let lock = Lockfile::parse(LOCK).unwrap();
        let names = |root: &str| -> Vec<String> {
            let found = lock.behind([root]);
            found
                .iter()
                .map(|p| format!("{} {}", p.name, p.version))
                .collect()
        };
        assert_eq!(names("tls 1.0.0"), ["openssl-sys 0.9.1", "tls 1.0.0"]);
        assert_eq!(names("pure"), ["pure 1.0.0", "tls 2.0.0"]);
        let behind = lock.behind(["openssl-sys"]);
        assert!(
            behind[0]
                .dependency_names()
                .contains(&"openssl-src".to_owned())
        );
        assert!(lock.behind(["testing"]).is_empty());
        assert_eq!(Lockfile::parse("["), None);
    }
}

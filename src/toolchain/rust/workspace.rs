//! Workspaces. In: the directory of a manifest in the image. Out: the directory whose lockfile and
//! target directory hold for it, and the packages that belong together. A package alone is a
//! workspace of one.
//!
//! Source for all rules: the Cargo book, "Workspaces".

use toml::{Table, Value};

use super::manifest::{self, Package, Shared, strings};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::parent;

/// Most packages that are read.
const MAX_PACKAGES: usize = 1_000;

/// Packages that share a lockfile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workspace {
    /// Its packages, sorted by their directories.
    pub packages: Vec<Package>,
    /// The directories of those that are built where nothing else is said, seen from its root.
    pub default: Vec<String>,
}

/// The manifest in a directory of the image, as far as the build context has it.
fn table(build: &Build<'_>, directory: &str) -> Option<(String, Table)> {
    let path = build.context_path(&format!("{}/Cargo.toml", directory.trim_end_matches('/')))?;
    let table = build.context.read(&path)?.parse().ok()?;
    Some((path, table))
}

/// The directory of the workspace that the package in `directory` belongs to; itself where it
/// belongs to none.
pub(crate) fn root_of(build: &Build<'_>, directory: &str) -> String {
    let Some((_, own)) = table(build, directory) else {
        return directory.to_owned();
    };
    if own.contains_key("workspace") {
        return directory.to_owned();
    }
    let named = own
        .get("package")
        .and_then(|package| package.get("workspace"));
    if let Some(path) = named.and_then(Value::as_str) {
        return clean(&format!("{directory}/{path}"));
    }
    let mut at = directory;
    while at != "/" {
        at = parent(at);
        let above = table(build, at);
        let section = above.as_ref().and_then(|(_, table)| table.get("workspace"));
        if let Some(section) = section.and_then(Value::as_table) {
            let excluded = strings(section.get("exclude"));
            let is_out = |path: &String| is_within(directory, &clean(&format!("{at}/{path}")));
            if !excluded.iter().any(is_out) {
                return at.to_owned();
            }
        }
    }
    directory.to_owned()
}

/// Reads the workspace whose root is the directory `root`.
pub(crate) fn read(build: &Build<'_>, root: &str) -> Result<Workspace, Decline> {
    let Some((path, table)) = table(build, root) else {
        let message = format!("`{root}/Cargo.toml` cannot be read");
        return Err(Decline::new(Code::UnsupportedProject, message));
    };
    let section = table.get("workspace").and_then(Value::as_table);
    let shared = |key: &str| {
        let inner = section.and_then(|section| section.get(key));
        inner.and_then(Value::as_table).cloned().unwrap_or_default()
    };
    let mut reader = Reader {
        build,
        root,
        shared: Shared {
            package: shared("package"),
            dependencies: shared("dependencies"),
        },
        packages: Vec::new(),
    };
    if table.contains_key("package") {
        reader.add(root)?;
    }
    let list = |key: &str| section.map_or_else(Vec::new, |section| strings(section.get(key)));
    let folder = path.strip_suffix("Cargo.toml").unwrap_or_default();
    let folder = folder.trim_end_matches('/');
    let excluded = list("exclude");
    for member in list("members") {
        for directory in reader.directories(folder, &member)? {
            let is_out = |path: &String| is_within(&directory, &clean(&format!("{root}/{path}")));
            if !excluded.iter().any(is_out) {
                reader.add(&directory)?;
            }
        }
    }
    let members: Vec<String> = reader
        .packages
        .iter()
        .map(|p| p.directory.clone())
        .collect();
    reader.behind()?;
    let mut default = Vec::new();
    for member in list("default-members") {
        default.extend(reader.directories(folder, &member)?);
    }
    if default.is_empty() {
        default = if table.contains_key("package") {
            vec![root.to_owned()]
        } else {
            members
        };
    }
    let mut packages = reader.packages;
    packages.sort_by(|a, b| a.directory.cmp(&b.directory));
    // Others have a say in what such a package is made of.
    let several = packages.len() > 1;
    for package in &mut packages {
        package.is_entangled |= several;
    }
    Ok(Workspace { packages, default })
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    root: &'r str,
    shared: Shared,
    packages: Vec<Package>,
}

impl Reader<'_, '_> {
    /// The directories that an entry of `members` names; of a pattern those that hold a manifest.
    fn directories(&self, folder: &str, member: &str) -> Result<Vec<String>, Decline> {
        let at = |path: &str| clean(&format!("{}/{path}", self.root));
        if !member.contains(['*', '?', '[']) {
            return Ok(vec![at(member)]);
        }
        if member.contains("**") {
            let message = format!("the pattern `{member}` of the workspace is not followed");
            return Err(Decline::new(Code::UnsupportedProject, message));
        }
        let found = self.build.context.matches(&manifest::join(folder, member));
        let below = |path: &String| {
            path.strip_prefix(folder)
                .map(|rest| at(rest.trim_start_matches('/')))
        };
        let directories = found.iter().filter_map(below);
        Ok(directories
            .filter(|directory| table(self.build, directory).is_some())
            .collect())
    }

    fn add(&mut self, directory: &str) -> Result<(), Decline> {
        if self
            .packages
            .iter()
            .any(|known| known.directory == directory)
        {
            return Ok(());
        }
        if self.packages.len() >= MAX_PACKAGES {
            let message = "the workspace has too many packages";
            return Err(Decline::new(Code::UnsupportedProject, message));
        }
        let package = package(self.build, directory, &self.shared)?;
        self.packages.push(package);
        Ok(())
    }

    /// Packages of the project that its packages depend on belong to it too.
    fn behind(&mut self) -> Result<(), Decline> {
        let mut next = 0;
        while let Some(package) = self.packages.get(next) {
            let dependencies = package.dependencies.iter();
            let paths: Vec<String> = dependencies
                .filter_map(|dependency| dependency.directory(&package.directory, self.root))
                .collect();
            for directory in paths {
                self.add(&directory)?;
            }
            next += 1;
        }
        Ok(())
    }
}

/// The package in a directory of the image.
fn package(build: &Build<'_>, directory: &str, shared: &Shared) -> Result<Package, Decline> {
    let path = format!("{}/Cargo.toml", directory.trim_end_matches('/'));
    let found = build.context_path(&path);
    let Some(found) = found.filter(|found| build.context.is_file(found)) else {
        let message = format!("there is no `{path}` from the build context");
        return Err(Decline::new(Code::MissingManifest, message));
    };
    let folder = found.strip_suffix("Cargo.toml").unwrap_or_default();
    let mut package = manifest::read(build.context, folder.trim_end_matches('/'), shared)?;
    directory.clone_into(&mut package.directory);
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    const ROOT: &str = "[workspace]\nmembers=['crates/*','tools/gen']\nexclude=['crates/old']\n\
        [workspace.package]\nedition='2021'\n\
        [workspace.dependencies]\nmodel={path='lib/model'}\nserde={version='1',default-features=false,features=['a']}";
    const API: &str = "[package]\nname='api'\nedition.workspace=true\n[dependencies]\nmodel.workspace=true\n\
        serde={workspace=true,features=['b'],default-features=true}";

    fn files() -> Vec<(&'static str, &'static str)> {
        vec![
            ("Cargo.toml", ROOT),
            ("crates/api/Cargo.toml", API),
            ("crates/api/src/main.rs", ""),
            ("crates/old/Cargo.toml", "[package]\nname='old'"),
            ("crates/notes.txt", ""),
            ("tools/gen/Cargo.toml", "[package]\nname='gen'"),
            ("lib/model/Cargo.toml", "[package]\nname='model'"),
        ]
    }

    #[test]
    fn packages_of_a_workspace_are_found() {
        sample("FROM rust:1\nWORKDIR /app\nCOPY . .\n", &files(), |build| {
            assert_eq!(root_of(build, "/app/crates/api"), "/app");
            assert_eq!(root_of(build, "/app/crates/old"), "/app/crates/old");
            let found = read(build, "/app").unwrap();
            let names: Vec<_> = found.packages.iter().map(|p| p.name.as_str()).collect();
            assert_eq!(names, ["api", "model", "gen"]);
            assert_eq!(found.default, ["/app/crates/api", "/app/tools/gen"]);
            let api = &found.packages[0];
            assert_eq!(api.bins.len(), 1, "the edition is the workspace's");
            let serde = api.dependencies.iter().find(|d| d.key == "serde").unwrap();
            assert_eq!(serde.features, ["a", "b"]);
            assert!(serde.default_features);
            let model = api.dependencies.iter().find(|d| d.key == "model").unwrap();
            let directory = model.directory("/app/crates/api", "/app");
            assert_eq!(directory.as_deref(), Some("/app/lib/model"));
        });
    }

    #[test]
    fn a_package_alone_is_a_workspace_of_one() {
        let files = [
            ("Cargo.toml", "[package]\nname='a'\n[workspace]"),
            ("src/main.rs", ""),
        ];
        sample("FROM rust:1\nCOPY . /app\n", &files, |build| {
            let found = read(build, "/app").unwrap();
            assert_eq!(
                (found.packages.len(), found.default),
                (1, vec!["/app".to_owned()])
            );
            assert!(!found.packages[0].is_entangled);
        });
    }

    #[test]
    fn a_member_that_is_not_there_is_declined() {
        let files = [("Cargo.toml", "[workspace]\nmembers=['a']"), ("b/x", "")];
        sample("FROM rust:1\nCOPY . /app\n", &files, |build| {
            let code = read(build, "/app").unwrap_err().code;
            assert_eq!(code, Code::MissingManifest);
        });
    }
}

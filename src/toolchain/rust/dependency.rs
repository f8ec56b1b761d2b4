//! A dependency. In: an entry of Cargo.toml. Out: which package, when, with which features.

use toml::{Table, Value};

use super::manifest::strings;
use crate::dockerfile::contract::clean;

/// When a dependency is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the program.
    Normal,
    /// By the build script.
    Build,
    /// By tests.
    Dev,
}

/// A dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Its name in the manifest.
    pub key: String,
    /// The package behind it.
    pub package: String,
    /// When it is used.
    pub kind: Kind,
    /// Whether only features bring it in.
    pub optional: bool,
    /// Features asked of it.
    pub features: Vec<String>,
    /// Whether its default features are wanted.
    pub default_features: bool,
    /// The requirement on its version, `0.12`.
    pub version: String,
    /// Where it lies in the project.
    pub path: Option<Path>,
}

/// Where a dependency lies that is part of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// As written.
    pub text: String,
    /// Whether it starts from the directory of the workspace instead of the package's.
    pub from_workspace: bool,
}

/// Reads the entry `key = value` of a section of dependencies. `shared` is the section in which the
/// workspace says what `workspace = true` stands for.
pub(crate) fn read(key: &str, value: &Value, kind: Kind, shared: Option<&Table>) -> Dependency {
    let is_shared = |table: &Table| table.get("workspace").and_then(Value::as_bool) == Some(true);
    let of_workspace = value
        .as_table()
        .filter(|own| is_shared(own))
        .and_then(|_| shared?.get(key));
    let Some(general) = of_workspace else {
        return plain(key, value, kind);
    };
    let own = plain(key, value, kind);
    let mut found = plain(key, general, kind);
    found.optional = own.optional;
    found.features.extend(own.features);
    // A package may ask for the default features that the workspace leaves out, not the reverse.
    let asks = value.get("default-features").and_then(Value::as_bool) == Some(true);
    found.default_features |= asks;
    if let Some(path) = &mut found.path {
        path.from_workspace = true;
    }
    found
}

fn plain(key: &str, value: &Value, kind: Kind) -> Dependency {
    let table = value.as_table();
    let get = |name: &str| table.and_then(|table| table.get(name));
    let package = get("package").and_then(Value::as_str).unwrap_or(key);
    let flag = |name: &str| get(name).and_then(Value::as_bool);
    let version = value
        .as_str()
        .or_else(|| get("version").and_then(Value::as_str));
    Dependency {
        key: key.to_owned(),
        package: package.to_owned(),
        kind,
        optional: flag("optional").unwrap_or(false),
        features: strings(get("features")),
        default_features: flag("default-features")
            .or(flag("default_features"))
            .unwrap_or(true),
        version: version.unwrap_or_default().to_owned(),
        path: get("path").and_then(Value::as_str).map(|text| Path {
            text: text.to_owned(),
            from_workspace: false,
        }),
    }
}

impl Dependency {
    /// The directory of a dependency that is part of the project, for a package in the directory
    /// `package` of the workspace in `root`.
    pub(crate) fn directory(&self, package: &str, root: &str) -> Option<String> {
        let path = self.path.as_ref()?;
        let from = if path.from_workspace { root } else { package };
        Some(clean(&format!("{from}/{}", path.text)))
    }
}

/// Whether the section `[target.'condition']` may hold on Linux: only conditions that name
/// another system alone are certain not to.
pub(super) fn may_be_linux(condition: &str) -> bool {
    let condition: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
    let elsewhere = [
        "cfg(windows)",
        "cfg(target_os=\"windows\")",
        "cfg(target_os=\"macos\")",
        "cfg(target_os=\"ios\")",
        "cfg(target_os=\"android\")",
        "cfg(target_arch=\"wasm32\")",
        "cfg(target_family=\"wasm\")",
        "cfg(target_vendor=\"apple\")",
        "cfg(target_env=\"msvc\")",
        "cfg(target_family=\"windows\")",
        "cfg(not(unix))",
    ];
    let named = !condition.starts_with("cfg") && !condition.contains("linux");
    !elsewhere.contains(&condition.as_str()) && !named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_name_another_system_do_not_hold() {
        for (condition, holds) in [
            ("cfg(windows)", false),
            ("cfg(target_os = \"macos\")", false),
            ("x86_64-pc-windows-msvc", false),
            ("x86_64-unknown-linux-gnu", true),
            ("cfg(unix)", true),
            ("cfg(not(target_env = \"msvc\"))", true),
        ] {
            assert_eq!(may_be_linux(condition), holds, "{condition}");
        }
    }
}

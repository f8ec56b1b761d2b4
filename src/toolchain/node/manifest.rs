//! `package.json`. In: its place and text. Out: dependencies, scripts and what else of it decides
//! how the project is built.

use serde_json::Value;

use crate::project::evidence::Evidence;

/// A `package.json` that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    /// Its path in the build context.
    pub(super) path: String,
    text: String,
    value: Value,
}

/// Scripts of the project itself that run when its dependencies are installed.
/// Source: npm's documentation of life cycle scripts; Yarn 1 runs the same ones.
const LIFECYCLE: [&str; 8] = [
    "preinstall",
    "install",
    "postinstall",
    "prepublish",
    "preprepare",
    "prepare",
    "postprepare",
    "dependencies",
];

impl Manifest {
    /// Reads `text`; `None` when it is not a JSON object.
    pub(super) fn parse(path: &str, text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        value.is_object().then(|| Self {
            path: path.to_owned(),
            text: text.to_owned(),
            value,
        })
    }

    /// Names under `dependencies` and `optionalDependencies`.
    pub(super) fn dependencies(&self) -> impl Iterator<Item = &str> {
        self.names("dependencies")
            .chain(self.names("optionalDependencies"))
    }

    /// Names that are under `devDependencies` alone.
    pub(super) fn development(&self) -> impl Iterator<Item = &str> {
        let production: Vec<&str> = self.dependencies().collect();
        self.names("devDependencies")
            .filter(move |name| !production.contains(name))
    }

    /// Whether an installation makes `node_modules`; `None` where that hangs on what is left out.
    pub(super) fn makes_modules(&self) -> Option<bool> {
        let names = |field: &'static str| self.names(field).next().is_some();
        let may = [
            "optionalDependencies",
            "devDependencies",
            "peerDependencies",
        ];
        match (names("dependencies"), may.into_iter().any(names)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    }

    /// The text of a script.
    pub(super) fn script(&self, name: &str) -> Option<&str> {
        self.value.get("scripts")?.get(name)?.as_str()
    }

    /// The file that running the folder means.
    pub(super) fn main(&self) -> Option<&str> {
        self.value.get("main")?.as_str()
    }

    /// `packageManager`, for example `pnpm@9.15.4`.
    pub(super) fn package_manager(&self) -> Option<&str> {
        self.value.get("packageManager")?.as_str()
    }

    /// The name of the package.
    pub(super) fn name(&self) -> Option<&str> {
        self.value.get("name")?.as_str()
    }

    /// The folders that have manifests of their own, as patterns: a list, or Yarn's
    /// `{"packages": […]}`.
    pub(super) fn workspaces(&self) -> Vec<String> {
        let field = self.value.get("workspaces");
        let list = match field {
            Some(Value::Object(object)) => object.get("packages"),
            field => field,
        };
        let items = list.and_then(Value::as_array).into_iter().flatten();
        let texts = items.filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Whether it brings programs, to which an installation links.
    pub(super) fn has_programs(&self) -> bool {
        self.value.get("bin").is_some()
    }

    /// The scripts that an installation of the dependencies runs.
    pub(super) fn lifecycles(&self) -> impl Iterator<Item = &'static str> {
        LIFECYCLE
            .into_iter()
            .filter(|name| self.script(name).is_some())
    }

    /// The first script that an installation of the dependencies runs.
    pub(super) fn lifecycle(&self) -> Option<&'static str> {
        self.lifecycles().next()
    }

    /// A dependency that lies in the build context: `file:../lib`, `link:x`, `./x`. Members of a
    /// workspace are none: an installation only links to them.
    pub(super) fn local_dependency(&self) -> Option<&str> {
        ["dependencies", "optionalDependencies", "devDependencies"]
            .into_iter()
            .flat_map(|field| self.object(field))
            .find(|(_, version)| {
                version.as_str().is_some_and(|version| {
                    ["file:", "link:", "portal:", ".", "/", "~/"]
                        .iter()
                        .any(|prefix| version.starts_with(prefix))
                })
            })
            .map(|(name, _)| name)
    }

    /// The line on which `key` first stands.
    pub(super) fn evidence(&self, key: &str) -> Evidence {
        let quoted = format!("\"{key}\"");
        let line = self.text.lines().position(|line| line.contains(&quoted));
        match line.and_then(|line| u32::try_from(line + 1).ok()) {
            Some(line) => Evidence::line(&self.path, line),
            None => Evidence::file(&self.path),
        }
    }

    fn names(&self, field: &str) -> impl Iterator<Item = &str> {
        self.object(field).map(|(name, _)| name)
    }

    fn object(&self, field: &str) -> impl Iterator<Item = (&str, &Value)> {
        let fields = self.value.get(field).and_then(Value::as_object);
        fields
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_at_run_time_is_no_development_dependency() {
        let text = r#"{"dependencies":{"a":"1"},"optionalDependencies":{"o":"1"},
            "devDependencies":{"a":"1","o":"1","d":"1"}}"#;
        let manifest = Manifest::parse("package.json", text).unwrap();
        assert_eq!(manifest.development().collect::<Vec<_>>(), ["d"]);
        assert_eq!(manifest.dependencies().collect::<Vec<_>>(), ["a", "o"]);
        assert_eq!(manifest.evidence("d").to_string(), "package.json:2");
    }

    #[test]
    fn odd_shapes_are_read_as_far_as_they_go() {
        for text in ["", "[]", "3", "{"] {
            assert!(Manifest::parse("package.json", text).is_none(), "{text}");
        }
        let odd = r#"{"scripts":{"start":1,"prepare":"x"},"dependencies":["a"],"workspaces":[]}"#;
        let manifest = Manifest::parse("package.json", odd).unwrap();
        assert_eq!(manifest.script("start"), None);
        assert_eq!(manifest.lifecycle(), Some("prepare"));
        assert_eq!(manifest.dependencies().count(), 0);
        assert!(manifest.workspaces().is_empty());
        let yarn = r#"{"name":"a","workspaces":{"packages":["apps/*"],"nohoist":[]}}"#;
        let manifest = Manifest::parse("package.json", yarn).unwrap();
        assert_eq!(manifest.workspaces(), ["apps/*"]);
        assert_eq!(manifest.name(), Some("a"));
    }

    #[test]
    fn packages_of_the_context_are_local() {
        let local = |version: &str| {
            let text = format!(r#"{{"dependencies":{{"lib":"{version}"}}}}"#);
            let manifest = Manifest::parse("package.json", &text).unwrap();
            manifest.local_dependency().is_some()
        };
        for version in ["file:../lib", "link:lib", "./lib", "../lib"] {
            assert!(local(version), "{version}");
        }
        for version in ["^1.2.3", "github:a/b", "npm:other@1", "~1.0", "workspace:*"] {
            assert!(!local(version), "{version}");
        }
    }
}

//! Which Yarn a project uses, and where it keeps packages. In: the build and the manifest. Out: the
//! signs of a Yarn from 2 on, and its linker.

use super::client::Verb;
use super::manifest::Manifest;
use super::project::{join, request_of};
use crate::plan::build::Build;
use crate::yaml::{self, Node};

/// Yarn's settings from 2 on. Source: Yarn's documentation of `.yarnrc.yml`.
pub(super) const SETTINGS: &str = ".yarnrc.yml";

/// Where packages are found by what runs. Source: Yarn's documentation of `nodeLinker`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Linker {
    /// In `node_modules`.
    Modules,
    /// In archives that `.pnp.cjs` tells of.
    PlugAndPlay,
}

/// Whether a project is built by a Yarn newer than 1: its files show it, `packageManager`, or a
/// command that fetches one.
pub(super) fn is_modern(build: &Build<'_>, manifest: &Manifest, source: &str) -> bool {
    let declared = manifest.package_manager().is_some_and(|manager| {
        let version = manager.strip_prefix("yarn@");
        version.is_some_and(|version| version != "1" && !version.starts_with("1."))
    });
    let files = [SETTINGS, ".pnp.cjs", ".pnp.js"];
    let by_file = files
        .into_iter()
        .any(|name| build.context.is_file(&join(source, name)));
    let lock = build.context.read(&join(source, "yarn.lock"));
    let by_lock = lock
        .unwrap_or_default()
        .lines()
        .any(|line| line == "__metadata:");
    let fetched = build.commands().any(|(_, command)| {
        let words: Vec<&str> = command.known_arguments().take(3).collect();
        let is_set = request_of(command).is_some_and(|request| request.verb == Verb::Configure);
        is_set
            && matches!(words.as_slice(), ["set", "version", version] if !version.starts_with("1.") && *version != "classic")
    });
    declared || by_file || by_lock || fetched
}

/// Settings of a Yarn from 2 on.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings(Option<Node>);

impl Settings {
    /// Reads them; empty ones where there is no file.
    pub(super) fn of(build: &Build<'_>, source: &str) -> Self {
        let text = build.context.read(&join(source, SETTINGS));
        let documents = text.and_then(|text| yaml::read(text).ok());
        Self(documents.and_then(|documents| documents.into_iter().next()))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.as_ref()?.text_of(key)
    }

    /// Where packages lie; `None` for a linker that is not followed.
    pub(super) fn linker(&self) -> Option<Linker> {
        match self.text("nodeLinker") {
            Some("node-modules") => Some(Linker::Modules),
            None | Some("pnp") => Some(Linker::PlugAndPlay),
            Some(_) => None,
        }
    }

    /// The release that lies in the project, to which any Yarn hands over.
    pub(super) fn path(&self) -> Option<&str> {
        self.text("yarnPath")
    }

    /// Whether archives lie below the project, and not in the user's home: the default until 3.
    pub(super) fn has_own_cache(&self, major: Option<u32>) -> bool {
        match self.text("enableGlobalCache") {
            Some(value) => value == "false",
            None => major.is_some_and(|major| major < 4),
        }
    }

    /// Whether `yarn workspaces focus` is there: a plugin until 3, part of Yarn since 4.
    pub(super) fn focuses(&self, major: Option<u32>) -> bool {
        let plugins = self.0.as_ref().and_then(|settings| settings.get("plugins"));
        let mut plugins = plugins.map(Node::items).unwrap_or_default().iter();
        let has_plugin = plugins.any(|plugin| {
            plugin
                .text_of("path")
                .or_else(|| plugin.text())
                .is_some_and(|path| path.contains("workspace-tools"))
        });
        has_plugin || major.is_some_and(|major| major >= 4)
    }
}

/// The major release, as `packageManager` or the file of the release names it.
pub(super) fn major(manifest: &Manifest, settings: &Settings) -> Option<u32> {
    let declared = manifest
        .package_manager()
        .and_then(|manager| manager.strip_prefix("yarn@"));
    let by_path = settings
        .path()
        .and_then(|path| path.rsplit('/').next()?.strip_prefix("yarn-"));
    let number = declared.or(by_path)?.split(['.', '-', '+']).next()?;
    number.parse().ok()
}

/// Whether a `.yarnrc` of Yarn 1 tells it to install elsewhere: `--modules-folder`, alone or for a
/// command (`--install.modules-folder`). Source: Yarn 1's documentation of `.yarnrc`.
pub(super) fn moves_modules(settings: &str) -> bool {
    let mut keys = settings
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    keys.any(|key| key.starts_with("--") && key.ends_with("modules-folder"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::testing::with_build;

    const TEXT: &str =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn\nCMD [\"yarn\", \"start\"]\n";

    fn modern(text: &str, files: &[(&str, &str)]) -> bool {
        let manifest = files.first().map_or("{}", |file| file.1);
        let manifest = Manifest::parse("package.json", manifest).unwrap();
        with_build(text, files, |build| is_modern(build, &manifest, ""))
    }

    #[test]
    fn newer_releases_show() {
        let plain = ("package.json", "{}");
        for files in [
            vec![plain, (".yarnrc.yml", "")],
            vec![plain, ("yarn.lock", "__metadata:\n  version: 8\n")],
            vec![("package.json", r#"{"packageManager":"yarn@4.1.0"}"#)],
        ] {
            assert!(modern(TEXT, &files), "{files:?}");
        }
        let set = TEXT.replace("RUN yarn", "RUN yarn set version 4.6.0 && yarn");
        assert!(modern(&set, &[plain]));
        assert!(!modern(
            TEXT,
            &[plain, ("yarn.lock", "# yarn lockfile v1\n")]
        ));
        let old = [("package.json", r#"{"packageManager":"yarn@1.22.22"}"#)];
        assert!(!modern(TEXT, &old));
    }

    #[test]
    fn settings_tell_where_packages_lie() {
        let of = |text: &str| {
            let files = [("package.json", "{}"), (SETTINGS, text)];
            with_build(TEXT, &files, |build| Settings::of(build, ""))
        };
        let modules = of("nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-3.8.7.cjs\n");
        assert_eq!(modules.linker(), Some(Linker::Modules));
        let manifest = Manifest::parse("package.json", "{}").unwrap();
        assert_eq!(major(&manifest, &modules), Some(3));
        assert!(modules.has_own_cache(Some(3)) && !modules.focuses(Some(3)));
        let plain = of("enableTelemetry: false\n");
        assert_eq!(plain.linker(), Some(Linker::PlugAndPlay));
        assert!(!plain.has_own_cache(Some(4)) && plain.focuses(Some(4)));
        assert_eq!(of("nodeLinker: pnpm\n").linker(), None);
        let tools =
            "plugins:\n  - path: .yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs\n    spec: x\n";
        assert!(of(tools).focuses(Some(3)));
    }

    #[test]
    fn settings_of_yarn_1_may_move_packages() {
        assert!(moves_modules(
            "registry \"https://x.org\"\n--modules-folder /m\n"
        ));
        assert!(moves_modules("--install.modules-folder \"./m\"\n"));
        assert!(!moves_modules(
            "# --modules-folder\n--install.frozen-lockfile true\n"
        ));
    }
}

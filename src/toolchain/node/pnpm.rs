//! Where pnpm keeps packages. In: the build and its project. Out: a setting that leads outside of
//! the project, and the major release where it is known.

use super::corepack;
use super::project::{Project, join};
use super::workspace::PNPM_WORKSPACE;
use crate::plan::build::Build;
use crate::yaml::{self, Node};

/// Settings under which packages are not in the project's own `node_modules`, by their names in
/// `.npmrc` and in pnpm-workspace.yaml, with the value under which they are.
/// Source: pnpm's documentation of its settings.
const SETTINGS: [(&str, &str, &str); 4] = [
    (
        "enable-global-virtual-store",
        "enableGlobalVirtualStore",
        "false",
    ),
    ("virtual-store-dir", "virtualStoreDir", "node_modules/.pnpm"),
    ("modules-dir", "modulesDir", "node_modules"),
    ("symlink", "symlink", "true"),
];

/// The first setting that leads outside of `node_modules`.
pub(super) fn kept_elsewhere(build: &Build<'_>, project: &Project) -> Option<&'static str> {
    let read = |name: &str| build.context.read(&join(&project.source, name));
    let npmrc = read(".npmrc").unwrap_or_default();
    let in_npmrc = |name: &str| {
        npmrc.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    };
    let documents = read(PNPM_WORKSPACE).and_then(|text| yaml::read(text).ok());
    let document = documents.and_then(|documents| documents.into_iter().next());
    let in_workspace = |name: &str| {
        let value = document.as_ref().and_then(|document| document.get(name));
        value.and_then(Node::text).map(str::to_owned)
    };
    let found = SETTINGS.iter().find_map(|(dashed, camel, usual)| {
        let value = in_npmrc(dashed).or_else(|| in_workspace(camel))?;
        (value != *usual).then_some(*dashed)
    });
    let linker = in_npmrc("node-linker").or_else(|| in_workspace("nodeLinker"));
    found.or_else(|| (linker.as_deref() == Some("pnp")).then_some("node-linker"))
}

/// The major release, where `packageManager` or a command of the build names it.
pub(super) fn major(build: &Build<'_>, project: &Project) -> Option<u32> {
    let version = corepack::version(build, project)?;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::analyse;

    #[test]
    fn stores_outside_of_the_project_are_declined() {
        let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm i -g pnpm@9 && pnpm i\nCMD [\"node\", \"a.js\"]\n";
        for (file, setting, works) in [
            (".npmrc", "virtual-store-dir = /store\n", false),
            (".npmrc", "node-linker=pnp\n", false),
            (".npmrc", "node-linker=hoisted\n", true),
            (
                "pnpm-workspace.yaml",
                "enableGlobalVirtualStore: true\n",
                false,
            ),
            ("pnpm-workspace.yaml", "nodeLinker: isolated\n", true),
        ] {
            let files = [("package.json", "{}"), ("a.js", ""), (file, setting)];
            assert_eq!(analyse(text, &files).is_ok(), works, "{setting}");
        }
    }
}

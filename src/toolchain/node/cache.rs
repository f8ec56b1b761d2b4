//! Caches beside the layers. In: an installation. Out: its cache mount, where the layer loses
//! nothing by it.

use super::client::{Client, Verb};
use super::project::{Install, Project, request_of};
use crate::dockerfile::instruction::{InstructionKind, Run};
use crate::plan::action::Action;
use crate::plan::build::Build;
use crate::plan::user;

/// Where root's caches lie. Source: the documentation of npm, Yarn 1, Yarn 4 and pnpm.
pub(super) fn cache_of(client: Client) -> &'static str {
    match client {
        Client::Npm => "/root/.npm",
        Client::Yarn => "/usr/local/share/.cache/yarn",
        Client::Berry => "/root/.yarn/berry/cache",
        Client::Pnpm => "/root/.local/share/pnpm/store",
    }
}

/// The cache mount of an installation, and where it is inserted.
pub(super) fn mount(
    build: &Build<'_>,
    project: &Project,
    install: &Install,
) -> Option<(usize, String)> {
    let step = build.steps.get(install.step)?;
    let InstructionKind::Run(Run { flags, .. }) = &step.instruction.kind else {
        return None;
    };
    let client = project.client;
    if matches!(client, Client::Berry | Client::Pnpm) {
        // Packages are linked to these stores, or lie in the project.
        return None;
    }
    let elsewhere = |name: &str| {
        step.state
            .lookup(name)
            .is_none_or(|value| !value.is_empty())
    };
    let moved = [
        "npm_config_cache",
        "NPM_CONFIG_CACHE",
        "YARN_CACHE_FOLDER",
        "XDG_CACHE_HOME",
        "HOME",
    ];
    let own_cache = install.request.has("--cache")
        || install.request.has("--cache-folder")
        || moved.into_iter().any(elsewhere);
    let cleans = step.commands.iter().any(|command| {
        let by_client = request_of(command).is_some_and(|request| request.verb == Verb::Cache);
        let by_hand = matches!(&command.action, Action::Remove(paths) if paths.iter().any(|path| path.starts_with(cache_of(client)) || path.starts_with("/root")));
        by_client || by_hand
    });
    let mounted = flags.iter().any(|flag| {
        flag.name == "mount"
            && flag
                .value
                .as_deref()
                .is_some_and(|value| value.contains("cache"))
    });
    let fits = build.options.buildkit && user::is_root(&step.state.contract.user);
    if !fits || own_cache || cleans || mounted {
        return None;
    }
    let text = format!(" --mount=type=cache,target={}", cache_of(client));
    Some((step.instruction.keyword.end, text))
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::edited;

    fn after(text: &str, manifest: &str) -> String {
        edited(text, &[("package.json", manifest), ("a.js", "")])
    }

    #[test]
    fn caches_lie_beside_the_layer_only_where_it_loses_nothing() {
        for run in [
            "RUN npm ci && npm cache clean --force",
            "RUN --mount=type=cache,target=/x npm ci",
            "ENV npm_config_cache=/tmp/npm\nRUN npm ci",
            "USER node\nRUN npm ci",
        ] {
            let text = format!(
                "FROM node:22\nWORKDIR /app\nCOPY package.json ./\n{run}\nCOPY . .\nCMD [\"node\", \"a.js\"]\n"
            );
            assert_eq!(after(&text, "{}"), text, "{run}");
        }
        let text = "FROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN yarn\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        assert!(
            after(text, "{}")
                .contains("RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn\n")
        );
    }
}

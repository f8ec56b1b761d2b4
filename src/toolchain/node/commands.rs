//! What the commands of Node's world do in a RUN. In: a command. Out: its action, `None` where it
//! is not Node's.

use super::client::{self, Request, Verb};
use crate::plan::action::Action;
use crate::plan::build::RunCommand;

/// Programs that make files below the directory in which they run, or check the sources there.
/// Most come from packages. Source: the tools' own documentation.
const BUILDERS: [&str; 72] = [
    "node",
    "nodejs",
    "tsc",
    "tsx",
    "ts-node",
    "tsup",
    "tsc-alias",
    "webpack",
    "webpack-cli",
    "vite",
    "next",
    "nuxt",
    "nuxi",
    "ng",
    "nest",
    "gulp",
    "grunt",
    "rollup",
    "esbuild",
    "swc",
    "babel",
    "parcel",
    "bower",
    "jest",
    "mocha",
    "vitest",
    "ava",
    "nyc",
    "c8",
    "tap",
    "eslint",
    "tslint",
    "prettier",
    "stylelint",
    "vue-cli-service",
    "react-scripts",
    "craco",
    "gatsby",
    "astro",
    "svelte-kit",
    "remix",
    "ember",
    "sass",
    "node-sass",
    "lessc",
    "postcss",
    "tailwindcss",
    "uglifyjs",
    "terser",
    "coffee",
    "ncc",
    "node-gyp",
    "node-pre-gyp",
    "prebuild-install",
    "patch-package",
    "prisma",
    "sequelize",
    "sequelize-cli",
    "typeorm",
    "knex",
    "rimraf",
    "cross-env",
    "npm-run-all",
    "run-s",
    "run-p",
    "husky",
    "hexo",
    "strapi",
    "ngcc",
    "copyfiles",
    "turbo",
    "nx",
];

/// Runners of tasks in several packages, of which it is not followed what they start.
pub(super) const RUNNERS: [&str; 3] = ["turbo", "nx", "lerna"];

/// Package managers, runtimes and task runners that are not supported; their analysis declines.
pub(super) const UNSUPPORTED: [&str; 8] = [
    "bun", "bunx", "deno", "lerna", "rush", "wsrun", "cnpm", "tnpm",
];

/// What `command` does.
pub(super) fn action(command: &RunCommand) -> Option<Action> {
    let program = command.program.as_deref()?;
    if let Some(request) = client::read(program, &command.arguments) {
        return Some(requested(command, &request));
    }
    let name = program.rsplit('/').next().unwrap_or(program);
    if name == "corepack" {
        return Some(Action::Nothing);
    }
    let only_says = matches!(
        command.subcommand(),
        Some("-v" | "--version" | "-h" | "--help")
    );
    let known = BUILDERS.contains(&name) || UNSUPPORTED.contains(&name);
    if (known && !program.starts_with('/')) || program.contains("node_modules/.bin/") {
        return Some(if only_says {
            Action::Nothing
        } else {
            Action::Build
        });
    }
    None
}

fn requested(command: &RunCommand, request: &Request) -> Action {
    let elsewhere = request.elsewhere();
    match request.verb {
        // Globally installed programs are the analysis's business: it knows what starts.
        Verb::Add | Verb::Install if request.global => {
            let is_package = |operand: &Option<String>| {
                operand
                    .as_deref()
                    .is_some_and(|name| !name.starts_with(['.', '/', '~']))
            };
            let packages = !request.operands.is_empty() && request.operands.iter().all(is_package);
            if packages && elsewhere.is_none() {
                Action::Nothing
            } else {
                Action::Unknown
            }
        }
        Verb::Cache | Verb::Configure | Verb::Tell => Action::Nothing,
        Verb::Remove if request.global => Action::Nothing,
        Verb::Unknown => Action::Unknown,
        Verb::Change if request.global => Action::Unknown,
        _ => match elsewhere {
            Some(path) => command
                .absolute(path)
                .map_or(Action::Unknown, |path| Action::Write(vec![path])),
            None if command.directory.is_some() => Action::Build,
            None => Action::Unknown,
        },
    }
}

/// Whether a variable acts while packages are installed and sources are built, and never later.
/// Source: npm's and Yarn's documentation of their configuration, and the tools' own.
pub(super) fn is_build_variable(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("npm_config_")
        || (name.starts_with("YARN_") && name != "YARN_VERSION")
        || matches!(
            name,
            "CYPRESS_INSTALL_BINARY"
                | "HUSKY"
                | "HUSKY_SKIP_INSTALL"
                | "DEBIAN_FRONTEND"
                | "ADBLOCK"
                | "DISABLE_OPENCOLLECTIVE"
                | "PUPPETEER_SKIP_DOWNLOAD"
                | "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD"
                | "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"
                | "SENTRYCLI_SKIP_DOWNLOAD"
                | "GENERATE_SOURCEMAP"
                | "NPM_TOKEN"
                | "NODE_AUTH_TOKEN"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::testing::with_build;

    fn actions(run: &str) -> Vec<Action> {
        let text = format!("FROM node:22\nWORKDIR /app\nRUN {run}\nCMD [\"node\", \"a.js\"]\n");
        with_build(&text, &[("a.js", "")], |build| {
            build
                .commands()
                .map(|(_, command)| command.action.clone())
                .collect()
        })
    }

    #[test]
    fn commands_build_or_leave_nothing() {
        for build in [
            "npm ci",
            "yarn",
            "npm run build",
            "npx tsc -p .",
            "node_modules/.bin/gulp",
            "node scripts/make.js",
            "npm prune --production",
            "pnpm install --frozen-lockfile",
            "pnpm build",
            "yarn workspaces foreach run build",
            "npx turbo run build",
        ] {
            assert_eq!(actions(build), [Action::Build], "{build}");
        }
        for nothing in [
            "npm install -g typescript",
            "npm cache clean --force",
            "npm config set registry https://npm.acme.example",
            "node --version",
            "corepack enable",
            "yarn cache clean",
        ] {
            assert_eq!(actions(nothing), [Action::Nothing], "{nothing}");
        }
        for unknown in [
            "pnpm deploy --prod /out",
            "npm install -g .",
            "npm install -g $X",
            "n 18",
            "npm zap",
        ] {
            assert_eq!(actions(unknown), [Action::Unknown], "{unknown}");
        }
    }

    #[test]
    fn another_directory_is_written_to() {
        let written = Action::Write(vec!["/app/client".to_owned()]);
        assert_eq!(actions("npm install --prefix client"), [written]);
    }

    #[test]
    fn variables_of_the_build() {
        for name in [
            "npm_config_loglevel",
            "NPM_CONFIG_CACHE",
            "YARN_CACHE_FOLDER",
            "HUSKY",
            "NPM_TOKEN",
        ] {
            assert!(is_build_variable(name), "{name}");
        }
        for name in [
            "NODE_ENV",
            "NODE_OPTIONS",
            "VITE_API",
            "YARN_VERSION",
            "NODE_EXTRA_CA_CERTS",
        ] {
            assert!(!is_build_variable(name), "{name}");
        }
    }
}

//! Globally installed programs that start. In: what starts and the installations of the build.
//! Out: steps that install them in the final stage as well: their links in `/usr/local/bin` would
//! be followed by a COPY, and the copies would not find their own files.

use super::binaries::{brings, package_of};
use super::cache::cache_of;
use super::client::{Client, Request, Verb};
use super::program::Program;
use super::project::{Project, request_of};
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::{builder, user};

/// Steps for the final stage, and the programs that they bring.
#[derive(Debug, Clone, Default)]
pub(super) struct Globals {
    /// RUN lines.
    pub(super) setup: Vec<(String, Because)>,
    /// Names of programs.
    pub(super) programs: Vec<String>,
    /// Why packages of no program that starts are among them: programs take them as modules.
    pub(super) modules: Option<Because>,
}

/// Finds the programs that start and are installed globally.
pub(super) fn find(
    build: &Build<'_>,
    project: &Project,
    program: &Program,
) -> Result<Globals, Decline> {
    let mut globals = Globals::default();
    let installations: Vec<(usize, &RunCommand, Request)> = build
        .commands()
        .filter_map(|(step, command)| Some((step, command, request_of(command)?)))
        .filter(|(_, _, request)| request.global && request.verb == Verb::Add)
        .collect();
    let mut names: Vec<String> = Vec::new();
    for leaf in &program.leaves {
        let of_project = leaf.via.client.is_some()
            && project
                .packages()
                .any(|package| brings(package, leaf.name()));
        if !of_project {
            names.push(leaf.name().to_owned());
        }
        names.extend(leaf.via.client.map(|client| client.as_str().to_owned()));
    }
    names.sort();
    names.dedup();
    let are_found = are_modules(build);
    for (step, command, request) in installations {
        let is_started = |operand: &&Option<String>| {
            let package = operand.as_deref().map(package_of).unwrap_or_default();
            are_found || names.iter().any(|name| brings(package, name))
        };
        let started: Vec<&str> = request
            .operands
            .iter()
            .filter(is_started)
            .flatten()
            .map(String::as_str)
            .collect();
        if started.is_empty() {
            continue;
        }
        if let Some(why) = obstacle(build, step, command, &request) {
            let message = format!(
                "`{}` is installed globally and runs, and {why}",
                started.join(" ")
            );
            return Err(Decline::new(Code::UnsupportedProject, message)
                .at(command.line)
                .hint("list it among the dependencies of package.json and start it with npx"));
        }
        let packages = started.iter().map(|argument| package_of(argument));
        let brought = names
            .iter()
            .filter(|name| packages.clone().any(|package| brings(package, name)));
        globals.programs.extend(brought.cloned());
        let because = Because::line("a program that starts is installed globally", command.line);
        if are_found {
            let rule = "`NODE_PATH` leads to packages that are installed globally";
            globals.modules = Some(Because::line(rule, command.line));
        }
        globals
            .setup
            .push((line(build, request.client, &started), because));
    }
    Ok(globals)
}

/// Whether `NODE_PATH` makes packages that are installed globally modules of any program.
/// Source: Node's documentation of modules, "Loading from the global folders".
fn are_modules(build: &Build<'_>) -> bool {
    let path = build.end.lookup("NODE_PATH").unwrap_or_default();
    path.split(':').any(|directory| {
        let directory = directory.trim_end_matches('/');
        matches!(
            directory,
            "/usr/local/lib/node_modules" | "/usr/lib/node_modules"
        )
    })
}

/// Why the installation could not be repeated in the final stage.
fn obstacle(
    build: &Build<'_>,
    step: usize,
    command: &RunCommand,
    request: &Request,
) -> Option<&'static str> {
    let state = &build.steps.get(step)?.state;
    if !user::is_root(&state.contract.user) {
        return Some("not by root");
    }
    let configured = state
        .contract
        .env
        .iter()
        .chain(&state.args)
        .map(|(name, _)| name)
        .chain(command.variables.keys());
    let by_variable = configured.into_iter().any(|name| {
        let lower = name.to_ascii_lowercase();
        let quiet = ["loglevel", "audit", "fund", "update_notifier", "progress"];
        lower
            .strip_prefix("npm_config_")
            .is_some_and(|key| !quiet.contains(&key))
            || name.ends_with("_TOKEN")
    });
    let by_command = build
        .commands()
        .take_while(|(known, _)| *known <= step)
        .any(|(_, command)| {
            request_of(command).is_some_and(|request| request.verb == Verb::Configure)
        });
    if by_variable || by_command {
        return Some("settings of its own lead to it");
    }
    let known = [
        "-g",
        "--global",
        "--location",
        "--quiet",
        "-q",
        "--silent",
        "-s",
        "--no-audit",
        "--no-fund",
        "--unsafe-perm",
        "--production",
        "--omit",
        "--save-exact",
        "-E",
        "--no-progress",
        "--no-optional",
        "--no-cache",
        "--force",
        "-f",
    ];
    if request.client == Client::Pnpm {
        return Some("pnpm keeps it in a place of its own");
    }
    let other = request
        .options
        .iter()
        .any(|(name, _)| !known.contains(&name.as_str()));
    other.then_some("with options that are not followed")
}

/// The step that installs packages globally. `--force` lets a newer Yarn take the place of the one
/// that the image brings.
pub(super) fn line(build: &Build<'_>, client: Client, packages: &[&str]) -> String {
    let (install, clean) = match client {
        Client::Yarn | Client::Berry => ("yarn global add", "yarn cache clean"),
        Client::Npm | Client::Pnpm => ("npm install -g", "npm cache clean --force"),
    };
    let replaces = packages.iter().any(|word| package_of(word) == MODERN_YARN);
    let force = if replaces { " --force" } else { "" };
    let run = builder::keyword(build.dockerfile, "RUN");
    let packages = packages.join(" ");
    if build.options.buildkit {
        let cache = cache_of(client);
        format!("{run} --mount=type=cache,target={cache} {install}{force} {packages}")
    } else {
        format!("{run} {install}{force} {packages} && {clean}")
    }
}

/// The package of Yarn from 2 on.
pub(super) const MODERN_YARN: &str = "@yarnpkg/cli-dist";

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::{analyse, image};

    fn text(before: &str, cmd: &str) -> String {
        format!("FROM node:22\n{before}WORKDIR /app\nCOPY . .\nRUN npm ci\nCMD {cmd}\n")
    }

    const FILES: [(&str, &str); 2] = [("package.json", "{}"), ("a.js", "")];

    #[test]
    fn programs_that_start_are_installed_in_the_final_stage() {
        let text = text(
            "RUN npm i -g pm2@5 typescript\n",
            r#"["pm2-runtime", "a.js"]"#,
        );
        let analysis = analyse(&text, &FILES).unwrap();
        let lines: Vec<_> = analysis
            .setup
            .iter()
            .map(|(line, _)| line.as_str())
            .collect();
        assert_eq!(
            lines,
            ["RUN --mount=type=cache,target=/root/.npm npm install -g pm2@5"]
        );
        assert!(analysis.provides.contains(&"pm2-runtime".to_owned()));
        assert_eq!(image(&analysis), "node:22-bookworm-slim");
    }

    #[test]
    fn programs_that_build_stay_behind() {
        let text = text("RUN npm i -g typescript npm@10\n", r#"["node", "a.js"]"#);
        let analysis = analyse(&text, &FILES).unwrap();
        assert!(analysis.setup.is_empty());
    }

    #[test]
    fn what_cannot_be_repeated_is_declined() {
        for before in [
            "ENV NPM_CONFIG_PREFIX=/opt/npm\nRUN npm i -g pm2\n",
            "RUN npm config set registry https://npm.acme.example && npm i -g pm2\n",
            "USER node\nRUN npm i -g pm2\n",
        ] {
            let text = text(before, r#"["pm2-runtime", "a.js"]"#);
            let decline = analyse(&text, &FILES).unwrap_err();
            assert_eq!(decline.code, Code::UnsupportedProject, "{before}");
        }
    }
}

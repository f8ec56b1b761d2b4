//! The step that takes development dependencies away. In: the build and whether they are used at
//! run time. Out: an edit behind the builder's last step, or why there is none.

use super::cache;
use super::client::{Client, Request, Verb};
use super::moved;
use super::pnpm;
use super::project::{Project, request_of};
use super::rungs::major;
use super::yarn;
use crate::dockerfile::instruction::{Flag, InstructionKind};
use crate::edit::Edit;
use crate::outcome::Note;
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, Step};
use crate::plan::{builder, removal, user};

/// What is done about development dependencies.
#[derive(Debug, Clone, Default)]
pub(super) struct Prune {
    /// The step.
    pub(super) edit: Option<Edit>,
    /// Whether they stay behind.
    pub(super) pruned: bool,
    /// What the reviewer should know.
    pub(super) note: Option<Note>,
    /// The emitted line, and why.
    pub(super) because: Option<(String, Because)>,
}

impl Prune {
    /// Nothing is to be done: no package is copied that does not run.
    pub(super) fn without_packages() -> Self {
        Self {
            pruned: true,
            ..Self::default()
        }
    }
}

/// Options of the installation without which the same tree could not be made again.
/// Source: npm's and Yarn 1's documentation of their configuration.
const KEPT: [&str; 9] = [
    "--legacy-peer-deps",
    "--force",
    "-f",
    "--ignore-engines",
    "--ignore-platform",
    "--ignore-optional",
    "--network-timeout",
    "--registry",
    "--install-strategy",
];

/// Decides. `used` is why development dependencies must stay.
pub(super) fn decide(build: &Build<'_>, project: &Project, used: Option<&Because>) -> Prune {
    if !project.has_development(build) {
        return Prune::default();
    }
    let line = project.line(build);
    let stay = |why: &str| Prune {
        note: Some(Note {
            line: Some(line),
            message: format!("development dependencies stay in the final stage: {why}"),
        }),
        ..Prune::default()
    };
    if let Some(because) = used {
        return stay(&because.sentence());
    }
    if let Some(why) = obstacle(build, project) {
        return stay(why);
    }
    let command = command(build, project);
    let mount = mount(build, project);
    let (text, edit) = last_run(build, project, &mount, &command, false);
    let written = text.split_once(' ').map_or("", |(_, written)| written);
    let command = written.trim_start_matches(&mount).to_owned();
    let because = Because::fact(
        "development dependencies are installed, and nothing that runs uses them",
        &project.manifest.evidence("devDependencies"),
    );
    Prune {
        edit: Some(edit),
        pruned: true,
        note: Some(Note {
            line: Some(line),
            message: format!(
                "development dependencies stay behind: the builder ends with `{command}`"
            ),
        }),
        because: Some((text, because.and(format!("line {line}")))),
    }
}

/// Yarn 1 makes the tree anew from its cache, which lies beside the layers where the installation has
/// it there.
fn mount(build: &Build<'_>, project: &Project) -> String {
    let last = build.steps.get(builder::last_builder_step(build));
    let by_root = last.is_some_and(|step| user::is_root(&step.state.contract.user));
    let install = project.installs.last().filter(|_| by_root);
    let mount = install.and_then(|install| cache::mount(build, project, install));
    match mount {
        Some((_, flag)) if project.client == Client::Yarn => format!("{} ", flag.trim()),
        _ => String::new(),
    }
}

/// A RUN instruction in the application's directory, and its place behind all others of the builder;
/// its flags end with a blank; `follows` tells that another such step comes before it.
pub(super) fn last_run(
    build: &Build<'_>,
    project: &Project,
    flags: &str,
    command: &str,
    follows: bool,
) -> (String, Edit) {
    let last = build.steps.get(builder::last_builder_step(build));
    let directory = last.and_then(|step| step.state.contract.workdir.as_deref());
    let run = builder::keyword(build.dockerfile, "RUN");
    let text = if directory == Some(project.app.as_str()) {
        format!("{run} {flags}{command}")
    } else {
        format!("{run} {flags}cd {} && {command}", project.app)
    };
    let at = builder::end(build);
    let line_end = build.dockerfile.line_end();
    // The last line of the builder may lack its end.
    let before = build.dockerfile.text.get(..at).unwrap_or_default();
    let ended = follows || before.ends_with('\n');
    let gap = if ended { "" } else { line_end };
    let edit = Edit::insert(at, format!("{gap}{text}{line_end}"));
    (text, edit)
}

/// Why a prune step might fail where the original's build did not.
fn obstacle(build: &Build<'_>, project: &Project) -> Option<&'static str> {
    let install = project.installs.last()?;
    let installer = build.steps.get(install.step)?;
    let last = build.steps.get(builder::last_builder_step(build))?;
    let owner = |step: &Step<'_>| step.state.contract.user.clone();
    if owner(installer) != owner(last) && !user::is_root(&owner(last)) {
        return Some("they are installed by one user, and the build ends as another");
    }
    let plain = |path: &str| {
        path.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-@".contains(&byte))
    };
    if !plain(&project.app) {
        return Some("the path of the application cannot be written in a command");
    }
    if install.moved {
        return Some("the packages are installed elsewhere, and then taken to the application");
    }
    if moved::away(build, project) {
        return Some("the packages are taken elsewhere");
    }
    let fetches = matches!(project.client, Client::Yarn | Client::Berry);
    if fetches && takes_settings_away(build, project) {
        return Some("what leads to the registry is gone when they would be taken away");
    }
    if install.request.verb == Verb::Add || install.request.has("--no-save") {
        return Some("packages are installed that package.json does not list");
    }
    if let InstructionKind::Run(run) = &installer.instruction.kind
        && run.flags.iter().any(is_secret)
    {
        return Some("a secret is needed to install them, and may be needed to prune them");
    }
    if !install.request.members().is_empty() {
        return Some("only some packages of the workspace are installed");
    }
    if let Some(why) = unpruned(build, project, &install.request) {
        return Some(why);
    }
    let is_link = |request: Request| request.verb == Verb::Link;
    let mut requests = build
        .commands()
        .filter_map(|(_, command)| request_of(command));
    requests
        .any(is_link)
        .then_some("packages are linked in by hand")
}

/// Whether the build removes settings that tell of a registry and its token.
fn takes_settings_away(build: &Build<'_>, project: &Project) -> bool {
    const SETTINGS: [&str; 3] = [".npmrc", ".yarnrc", yarn::SETTINGS];
    let places = SETTINGS.map(|name| [project.path(name), format!("/root/{name}")]);
    build.commands().any(|(_, command)| match &command.action {
        Action::Remove(paths) => places
            .iter()
            .flatten()
            .any(|place| removal::certainly(paths, place)),
        _ => false,
    })
}

fn is_secret(flag: &Flag) -> bool {
    let value = flag.value.as_deref().unwrap_or_default();
    flag.name == "mount"
        && value
            .split(',')
            .any(|part| part == "type=secret" || part == "type=ssh")
}

/// npm 7 came with Node 15; before, `--omit` is not known.
/// Source: Node's list of releases and the npm that each bundles.
const OMITS_SINCE: u32 = 15;

/// pnpm's `prune` knows `--ignore-scripts` since 8 (seen with 7, 8, 9 and 10).
const IGNORES_SINCE: u32 = 8;

/// Why the package manager cannot take development dependencies away.
fn unpruned(build: &Build<'_>, project: &Project, request: &Request) -> Option<&'static str> {
    match project.client {
        Client::Npm => None,
        Client::Yarn => (project.runs_prisma())
            .then_some("Yarn would take away what prisma has generated among the packages"),
        Client::Berry if project.runs_prisma() => {
            Some("Yarn would take away what prisma has generated among the packages")
        }
        Client::Berry => {
            let settings = yarn::Settings::of(build, &project.source);
            let major = yarn::major(&project.manifest, &settings);
            (!settings.focuses(major)).then_some("this release of Yarn cannot take them away")
        }
        Client::Pnpm => {
            let old = pnpm::major(build, project).is_some_and(|major| major < IGNORES_SINCE);
            let has_scripts = project.manifests().any(|it| it.lifecycle().is_some());
            let is_frozen = request.has("--frozen-lockfile") || request.verb == Verb::CleanInstall;
            if old && (has_scripts || !project.members.is_empty()) {
                Some("this release of pnpm would run the project's own scripts")
            } else if !project.members.is_empty() && !is_frozen {
                Some("pnpm installs them without `--frozen-lockfile`, and may resolve them anew")
            } else {
                None
            }
        }
    }
}

/// None runs scripts of the project: `npm prune` never does (seen with npm 6, 7, 8, 10 and 11),
/// and the others are told so. All keep what install scripts have built in the packages that stay.
///
/// In a workspace `pnpm prune` takes everything away from the members (seen with pnpm 9 and 10);
/// an installation without development dependencies does not, fetches nothing, and leaves none
/// of them in its store where that keeps nothing for later (seen with pnpm 8, 9 and 10).
fn command(build: &Build<'_>, project: &Project) -> String {
    let request = project.installs.last().map(|install| &install.request);
    let mut words = match project.client {
        Client::Npm if major(build).is_some_and(|major| major >= OMITS_SINCE) => {
            vec!["npm prune --omit=dev".to_owned()]
        }
        Client::Npm => vec!["npm prune --production".to_owned()],
        Client::Yarn => {
            vec!["yarn install --production --ignore-scripts --prefer-offline".to_owned()]
        }
        Client::Berry => return focus(build, project),
        Client::Pnpm if !project.members.is_empty() => {
            return "CI=true pnpm install --prod --frozen-lockfile --offline --ignore-scripts --config.modules-cache-max-age=0".to_owned();
        }
        Client::Pnpm if pnpm::major(build, project).is_some_and(|major| major < IGNORES_SINCE) => {
            return "pnpm prune --prod".to_owned();
        }
        Client::Pnpm => return "pnpm prune --prod --ignore-scripts".to_owned(),
    };
    let Some(request) = request else {
        return words.join(" ");
    };
    let is_frozen = request.has("--frozen-lockfile") || request.has("--pure-lockfile");
    if project.client == Client::Yarn && is_frozen {
        words.push("--frozen-lockfile".to_owned());
    }
    for (name, value) in &request.options {
        if KEPT.contains(&name.as_str()) {
            words.push(match value {
                Some(value) => format!("{name}={value}"),
                None => name.clone(),
            });
        }
    }
    words.join(" ")
}

/// Yarn from 2 on installs what production needs; with Plug'n'Play the archives that its table does
/// not name are left over, and are taken away one by one.
fn focus(build: &Build<'_>, project: &Project) -> String {
    let focus = "YARN_ENABLE_SCRIPTS=false yarn workspaces focus --all --production";
    if !project.plugs(build) {
        return focus.to_owned();
    }
    format!(
        "{focus} && for zip in .yarn/cache/*.zip; do grep -qF \"${{zip##*/}}\" .pnp.* || rm \"$zip\"; done"
    )
}

#[cfg(test)]
mod tests {
    use crate::toolchain::node::testing::{analyse, edited};

    const MANIFEST: &str = r#"{"dependencies":{"ms":"2"},"devDependencies":{"kleur":"4"}}"#;

    fn after(text: &str) -> String {
        let files = [
            ("package.json", MANIFEST),
            ("yarn.lock", "# yarn lockfile v1\n"),
            ("a.js", ""),
        ];
        edited(text, &files)
    }

    #[test]
    fn the_builder_ends_with_the_step() {
        let text = "FROM node:22\nWORKDIR /app\nCOPY package.json .\nRUN --mount=type=cache,target=/root/.npm npm install\n# sources\nCOPY . .\n\nUSER node\nCMD [\"node\", \"a.js\"]\n";
        let expected = text.replace("COPY . .\n", "COPY . .\nRUN npm prune --omit=dev\n");
        assert_eq!(after(text), expected);
    }

    #[test]
    fn the_step_is_written_as_the_file_is() {
        let text = "from node:14-buster\r\nworkdir /srv/a\r\ncopy package.json /app/\r\nrun cd /app && npm install --legacy-peer-deps && npm cache clean --force\r\ncopy a.js /app/\r\ncmd node /app/a.js";
        assert!(after(text).contains(
            "copy a.js /app/\r\nrun cd /app && npm prune --production --legacy-peer-deps\r\ncmd"
        ));
    }

    #[test]
    fn yarn_installs_again_without_them() {
        let text = "FROM node:22\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn --frozen-lockfile && yarn cache clean\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        assert!(after(text).contains(
            "RUN yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile\n"
        ));
    }

    #[test]
    fn a_step_that_might_fail_is_left_out_with_a_note() {
        for run in [
            "COPY . .\nRUN npm install\nUSER node\nRUN npm run build",
            "COPY . .\nRUN --mount=type=secret,id=npmrc npm install",
            "COPY . .\nRUN npm install && npm link",
            "COPY . .\nRUN npm install && npm install --no-save tiny",
            "COPY . .\nRUN npm install && mv node_modules /",
            "COPY . .\nRUN yarn install && rm -f .npmrc",
        ] {
            let text = format!("FROM node:22\nWORKDIR /app\n{run}\nCMD [\"node\", \"a.js\"]\n");
            let manifest = r#"{"scripts":{"build":"node b.js"},"devDependencies":{"kleur":"4"}}"#;
            let analysis = analyse(&text, &[("package.json", manifest), ("a.js", "")]).unwrap();
            let mut edits = analysis.edits.iter();
            assert!(edits.all(|edit| !edit.text.contains("--production") && !edit.text.contains("prune")), "{run}");
            let mut notes = analysis.notes.iter();
            assert!(
                notes.any(|note| note.message.contains("development dependencies stay in")),
                "{run}"
            );
        }
    }
}

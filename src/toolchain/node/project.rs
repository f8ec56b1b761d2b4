//! The project that a Dockerfile builds. In: the build. Out: its manifest, where it lies in the
//! image, how its dependencies are installed, or why it is beyond what restage follows.

use super::client::{self, Client, Request, Verb};
use super::commands::UNSUPPORTED;
use super::manifest::Manifest;
use super::pnpm;
use super::workspace::{self, Member};
use super::yarn::{self, Linker};
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::{is_system_directory, is_within};

/// What is built: one package, or a workspace of several with one installation.
#[derive(Debug, Clone)]
pub(super) struct Project {
    /// Its manifest, the root's of a workspace; an empty one where there is none and nothing is
    /// installed.
    pub(super) manifest: Manifest,
    /// The other packages of a workspace.
    pub(super) members: Vec<Member>,
    /// The folder of the manifest in the build context, empty for the root.
    pub(super) source: String,
    /// The directory of the application in the image.
    pub(super) app: String,
    /// The directory that a COPY fills with the application and what lies beside it: the
    /// application's own where nothing does.
    pub(super) root: String,
    /// The package manager that installs its dependencies.
    pub(super) client: Client,
    /// The installations of its dependencies, in order.
    pub(super) installs: Vec<Install>,
    /// Lockfiles in the build context that the package manager reads.
    pub(super) lockfile: Option<&'static str>,
}

/// A command that installs the project's dependencies.
#[derive(Debug, Clone)]
pub(super) struct Install {
    /// The step in which it stands.
    pub(super) step: usize,
    /// Its line in the Dockerfile.
    pub(super) line: usize,
    /// What it asks for.
    pub(super) request: Request,
}

/// Directories of the system that only hold what the user puts there.
const OPEN_DIRECTORIES: [&str; 3] = ["/usr/src", "/srv", "/mnt"];

/// Finds the project.
pub(super) fn read(build: &Build<'_>, entry_file: Option<&str>) -> Result<Project, Decline> {
    unsupported_commands(build)?;
    let mut directories: Vec<(String, usize)> = Vec::new();
    let mut installs = Vec::new();
    for (step, command) in build.commands() {
        let Some(request) = request_of(command) else {
            continue;
        };
        let adds = request.verb == Verb::Add && !request.global;
        if !request.is_install() && !adds {
            continue;
        }
        let directory = directory_of(command, &request).ok_or_else(|| {
            let message = "the directory of this installation is not known";
            Decline::new(Code::UnresolvedVariable, message).at(command.line)
        })?;
        if directories.iter().all(|(known, _)| *known != directory) {
            directories.push((directory, command.line));
        }
        let line = command.line;
        installs.push(Install {
            step,
            line,
            request,
        });
    }
    // An installation in a member of a workspace is one of the workspace.
    directories.sort_by_key(|(directory, _)| directory.len());
    let installed = directories.first().cloned();
    let line = installed.as_ref().map(|(_, line)| *line);
    let app = match &installed {
        Some((directory, _)) => directory.clone(),
        None => app_without_install(build, entry_file),
    };
    let manifest = manifest(build, &app, line)?;
    let source = manifest
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let client = match installs.first() {
        Some(install) if install.request.client != Client::Yarn => install.request.client,
        Some(_) if yarn::is_modern(build, &manifest, source) => Client::Berry,
        Some(_) => Client::Yarn,
        None => Client::Npm,
    };
    let patterns = workspace::patterns(build, &manifest, source, client);
    let root = root(build, &app);
    let project = Project {
        root,
        source: source.to_owned(),
        lockfile: lockfile(build, source, client),
        members: workspace::members(build, &patterns, source, &app),
        manifest,
        client,
        installs,
        app,
    };
    project.check(build, line.unwrap_or(build.base.line))?;
    let is_apart = |(directory, _): &&(String, usize)| project.manifest_at(directory).is_none();
    if let Some((second, line)) = directories.iter().find(is_apart) {
        let message = format!("dependencies are installed in several directories, `{second}` too");
        let hint = "one package, or one workspace, per Dockerfile can be rewritten";
        return Err(unsupported(message).at(*line).hint(hint));
    }
    Ok(project)
}

/// The largest directory that a COPY fills and that holds the application: the program may reach
/// what lies beside its own package.
fn root(build: &Build<'_>, app: &str) -> String {
    let entries = build.layout.entries.iter();
    let around = entries.filter(|entry| {
        let place = entry.destination.as_str();
        let is_open = !is_system_directory(place) || OPEN_DIRECTORIES.contains(&place);
        entry.is_dir && is_open && is_within(app, place)
    });
    let widest = around.min_by_key(|entry| entry.destination.len());
    widest.map_or_else(|| app.to_owned(), |entry| entry.destination.clone())
}

/// What a command of a RUN asks of a package manager.
pub(super) fn request_of(command: &RunCommand) -> Option<Request> {
    client::read(command.program.as_deref()?, &command.arguments)
}

fn directory_of(command: &RunCommand, request: &Request) -> Option<String> {
    match request.elsewhere() {
        Some(path) => command.absolute(path),
        None => command.directory.clone(),
    }
}

fn unsupported(message: impl Into<String>) -> Decline {
    Decline::new(Code::UnsupportedProject, message)
}

/// The program's own folder counts as the application where nothing is installed.
fn app_without_install(build: &Build<'_>, entry_file: Option<&str>) -> String {
    let manifest = build.layout.image_path("package.json");
    let manifest = manifest.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned()));
    let by_entry = || {
        let file = entry_file?;
        let entries = build.layout.entries.iter().rev();
        let mut roots = entries.filter(|entry| entry.is_dir && is_within(file, &entry.destination));
        let root = roots.next().map(|entry| entry.destination.clone());
        root.or_else(|| Some(file.rsplit_once('/')?.0.to_owned()))
    };
    let workdir = build.workdir().to_owned();
    let in_workdir = entry_file.is_some_and(|file| is_within(file, &workdir));
    match manifest {
        Some(app) if !app.is_empty() => app,
        _ if in_workdir && workdir != "/" => workdir,
        _ => by_entry().filter(|app| !app.is_empty()).unwrap_or(workdir),
    }
}

fn manifest(build: &Build<'_>, app: &str, installs: Option<usize>) -> Result<Manifest, Decline> {
    let Some(path) = build.context_path(&format!("{app}/package.json")) else {
        let Some(line) = installs else {
            return Ok(Manifest::default());
        };
        let hidden = build.context.is_hidden("package.json");
        let (code, message) = if hidden {
            let message = "`package.json` is hidden by `.dockerignore`".to_owned();
            (Code::HiddenByDockerignore, message)
        } else {
            let message = format!("no `package.json` of the build context is put into `{app}`");
            (Code::MissingManifest, message)
        };
        let hint = "if the build context is another folder, name it with `--context DIR`";
        return Err(Decline::new(code, message).at(line).hint(hint));
    };
    let text = build.context.read(&path).unwrap_or_default();
    Manifest::parse(&path, text).ok_or_else(|| {
        let message = format!("`{path}` is not valid JSON");
        unsupported(message).at(installs.unwrap_or(build.base.line))
    })
}

fn lockfile(build: &Build<'_>, source: &str, client: Client) -> Option<&'static str> {
    let names: &[&str] = match client {
        // npm prefers the first. Source: npm's documentation of npm-shrinkwrap.json.
        Client::Npm => &["npm-shrinkwrap.json", "package-lock.json"],
        Client::Yarn | Client::Berry => &["yarn.lock"],
        Client::Pnpm => &["pnpm-lock.yaml"],
    };
    let there = |name: &&&str| build.context.is_file(&join(source, name));
    names.iter().find(there).copied()
}

/// `name` in `folder` of the build context.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn unsupported_commands(build: &Build<'_>) -> Result<(), Decline> {
    for (_, command) in build.commands() {
        let name = command.program.as_deref().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        let mut names = vec![name];
        if matches!(name, "npx" | "yarn") {
            names.extend(command.known_arguments());
        }
        // Scripts in members run as any others do; `bootstrap` installs.
        if name == "lerna" && command.subcommand() == Some("run") {
            continue;
        }
        let found = names.into_iter().find_map(|name| {
            let bare = name.split('@').next().unwrap_or(name);
            UNSUPPORTED.contains(&bare).then_some(bare)
        });
        if let Some(name) = found {
            return Err(no_support_for(name, command.line));
        }
    }
    Ok(())
}

/// The decline for a package manager or runtime that is not supported.
pub(super) fn no_support_for(name: &str, line: usize) -> Decline {
    unsupported(format!("`{name}` is not supported yet"))
        .at(line)
        .hint("projects that npm, Yarn or pnpm installs can be rewritten")
}

impl Project {
    fn check(&self, build: &Build<'_>, line: usize) -> Result<(), Decline> {
        let tools = ["lerna.json", "rush.json"];
        let several = tools.into_iter().map(|name| join(&self.source, name));
        let mut several = several.filter(|path| build.context.is_file(path));
        if let Some(path) = several.next().filter(|_| self.members.is_empty()) {
            let message = format!("`{path}` tells of several packages");
            let hint = "packages that are members of a workspace can be followed";
            return Err(unsupported(message).at(line).hint(hint));
        }
        self.kept_elsewhere(build, line)?;
        if is_system_directory(&self.app) && !OPEN_DIRECTORIES.contains(&self.app.as_str()) {
            let message = format!(
                "the project lies in `{}`, among the system's files",
                self.app
            );
            let hint = "give the project a directory of its own with WORKDIR";
            return Err(unsupported(message).at(line).hint(hint));
        }
        Ok(())
    }

    /// Packages that are not where what runs in the final stage could find them.
    fn kept_elsewhere(&self, build: &Build<'_>, line: usize) -> Result<(), Decline> {
        let (message, hint) = match self.client {
            Client::Npm | Client::Yarn => return Ok(()),
            Client::Pnpm => match pnpm::kept_elsewhere(build, self) {
                None => return Ok(()),
                Some(setting) => (
                    format!("pnpm keeps packages outside of the project (`{setting}`)"),
                    "without that setting they lie in `node_modules`, and can be followed",
                ),
            },
            Client::Berry => {
                let settings = yarn::Settings::of(build, &self.source);
                let major = yarn::major(&self.manifest, &settings);
                match settings.linker() {
                    Some(Linker::Modules) => return Ok(()),
                    Some(Linker::PlugAndPlay) if settings.has_own_cache(major) => return Ok(()),
                    Some(Linker::PlugAndPlay) => (
                        "Yarn keeps packages in the home of the user who builds".to_owned(),
                        "set `enableGlobalCache: false`, or `nodeLinker: node-modules`, in .yarnrc.yml",
                    ),
                    None => (
                        "the linker of .yarnrc.yml is not followed".to_owned(),
                        "`nodeLinker: node-modules` can be followed",
                    ),
                }
            }
        };
        Err(unsupported(message).at(line).hint(hint))
    }

    /// Whether packages are archives that Yarn's table tells of (Plug'n'Play).
    pub(super) fn plugs(&self, build: &Build<'_>) -> bool {
        let linker = || yarn::Settings::of(build, &self.source).linker();
        self.client == Client::Berry && linker() == Some(Linker::PlugAndPlay)
    }

    /// The line of the first installation, else of FROM.
    pub(super) fn line(&self, build: &Build<'_>) -> usize {
        self.installs
            .first()
            .map_or(build.base.line, |install| install.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::node::testing::with_build;

    fn project(text: &str, files: &[(&str, &str)]) -> Result<Project, Code> {
        with_build(text, files, |build| {
            read(build, None).map_err(|decline| decline.code)
        })
    }

    const MANIFEST: &str = r#"{"devDependencies":{"typescript":"5"}}"#;

    #[test]
    fn the_application_lies_where_its_dependencies_are_installed() {
        let text = "FROM node:22\nCOPY web /srv/web\nRUN cd /srv/web && npm ci\nWORKDIR /\nCMD [\"node\", \"/srv/web/a.js\"]\n";
        let files = [
            ("web/package.json", MANIFEST),
            ("web/package-lock.json", "{}"),
        ];
        let project = project(text, &files).unwrap();
        assert_eq!(project.app, "/srv/web");
        assert_eq!(project.source, "web");
        assert_eq!(project.lockfile, Some("package-lock.json"));
    }

    #[test]
    fn what_lies_beside_the_application_belongs_to_it() {
        let files = [("server/package.json", "{}"), ("shared/x.js", "")];
        let text = "FROM node:22\nWORKDIR /repo\nCOPY . .\nWORKDIR /repo/server\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
        let found = project(text, &files).unwrap();
        assert_eq!(
            (found.app.as_str(), found.root.as_str()),
            ("/repo/server", "/repo")
        );
        let alone = text.replace("COPY . .", "COPY server server");
        assert_eq!(project(&alone, &files).unwrap().root, "/repo/server");
    }

    #[test]
    fn an_installation_in_a_member_is_one_of_the_workspace() {
        let files = [
            ("package.json", r#"{"workspaces":["packages/*"]}"#),
            ("packages/api/package.json", "{}"),
        ];
        let text = "FROM node:22\nWORKDIR /repo\nCOPY . .\nRUN npm ci\nWORKDIR /repo/packages/api\nRUN npm i\nCMD [\"node\", \"a.js\"]\n";
        assert_eq!(project(text, &files).unwrap().app, "/repo");
    }

    #[test]
    fn projects_that_cannot_be_followed_are_declined() {
        let text =
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn install\nCMD [\"node\", \"a.js\"]\n";
        let plain = ("package.json", "{}");
        for (files, code) in [
            (vec![plain, ("lerna.json", "{}")], Code::UnsupportedProject),
            (
                vec![plain, (".yarnrc.yml", "nodeLinker: pnpm\n")],
                Code::UnsupportedProject,
            ),
            (
                vec![("package.json", r#"{"packageManager":"yarn@4.1.0"}"#)],
                Code::UnsupportedProject,
            ),
            (vec![("package.json", "{")], Code::UnsupportedProject),
            (vec![("a.js", "")], Code::MissingManifest),
            (
                vec![plain, (".dockerignore", "package.json")],
                Code::HiddenByDockerignore,
            ),
        ] {
            assert_eq!(project(text, &files).unwrap_err(), code, "{files:?}");
        }
        for (files, client) in [
            (
                vec![("package.json", r#"{"packageManager":"yarn@1.22.22"}"#)],
                Client::Yarn,
            ),
            (
                vec![plain, (".yarnrc.yml", "nodeLinker: node-modules\n")],
                Client::Berry,
            ),
        ] {
            assert_eq!(project(text, &files).unwrap().client, client, "{files:?}");
        }
    }

    #[test]
    fn other_package_managers_and_places_are_declined() {
        for (text, line) in [
            (
                "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm i -g bun && bun install\n",
                4,
            ),
            (
                "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npx bun@1 install\n",
                4,
            ),
            (
                "FROM node:22\nWORKDIR /a\nCOPY . .\nRUN npm ci\nRUN cd b && npm ci\n",
                5,
            ),
            ("FROM node:22\nCOPY . .\nRUN npm ci\n", 3),
        ] {
            let text = format!("{text}CMD [\"node\", \"a.js\"]\n");
            let files = [("package.json", "{}"), ("b/package.json", "{}")];
            let decline = with_build(&text, &files, |build| read(build, None).unwrap_err());
            assert_eq!(decline.code, Code::UnsupportedProject, "{text}");
            assert_eq!(decline.line, Some(line), "{text}");
        }
    }
}

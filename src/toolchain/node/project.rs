//! The project that a Dockerfile builds. In: the build. Out: its manifest, where it lies in the
//! image, how its dependencies are installed, or why it is beyond what restage follows.

use super::client::{self, Client, Request, Verb};
use super::commands::UNSUPPORTED;
use super::ground;
use super::listed;
use super::manifest::Manifest;
use super::moved;
use super::pnpm;
use super::workspace::{self, Member};
use super::yarn::{self, Linker};
use crate::dockerfile::contract::clean;
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
    /// What of the image is the application's: that directory, or one by one what of `/` is its.
    pub(super) places: Vec<String>,
    /// The package manager that installs its dependencies.
    pub(super) client: Client,
    /// The installations of its dependencies, in order.
    pub(super) installs: Vec<Install>,
    /// Directories in which other packages are installed; they are kept as they are.
    pub(super) others: Vec<String>,
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
    /// The directory in which the packages lie in the end.
    pub(super) directory: String,
    /// Whether they were installed elsewhere and then taken there.
    pub(super) moved: bool,
    /// What it asks for.
    pub(super) request: Request,
}

/// Directories of the system that hold what the user puts there, and little else that is the same in
/// both stages: `/opt` the Yarn of the official images, `/home` the accounts.
const OPEN_DIRECTORIES: [&str; 5] = ["/usr/src", "/srv", "/mnt", "/opt", "/home"];

/// Whether a directory may be taken as a whole for the application's.
pub(super) fn is_open(path: &str) -> bool {
    !is_system_directory(path) || OPEN_DIRECTORIES.contains(&path)
}

/// Finds the project.
pub(super) fn read(build: &Build<'_>, entry_file: Option<&str>) -> Result<Project, Decline> {
    unsupported_commands(build)?;
    let mut installs = installations(build)?;
    installs.sort_by_key(|install| (install.directory.len(), install.step));
    let Some(widest) = installs.first().map(|install| install.directory.clone()) else {
        return at(build, app_without_install(build, entry_file), &[]);
    };
    let project = at(build, widest, &installs)?;
    if project.others.is_empty() {
        return Ok(project);
    }
    // Of several packages the one that starts is the application.
    let start = entry_file.unwrap_or_else(|| build.workdir());
    let starts = project.others.iter().rfind(|it| is_within(start, it));
    match starts.cloned() {
        Some(directory) => at(build, directory, &installs),
        None => Ok(project),
    }
}

/// All installations, in order.
fn installations(build: &Build<'_>) -> Result<Vec<Install>, Decline> {
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
        let target = moved::target(build, step, &directory);
        installs.push(Install {
            step,
            line: command.line,
            moved: target.is_some(),
            directory: target.unwrap_or(directory),
            request,
        });
    }
    Ok(installs)
}

/// The project whose package lies in `app`. Installations in members of its workspace are its own.
fn at(build: &Build<'_>, app: String, installs: &[Install]) -> Result<Project, Decline> {
    let own = |install: &&Install| install.directory == app;
    let first = installs.iter().find(own);
    let line = first.map(|install| install.line);
    let manifest = listed::manifest(build, &app, installs)?;
    let source = manifest
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned();
    let client = match first {
        Some(install) if install.request.client != Client::Yarn => install.request.client,
        Some(_) if yarn::is_modern(build, &manifest, &source) => Client::Berry,
        Some(_) => Client::Yarn,
        None => Client::Npm,
    };
    let patterns = workspace::patterns(build, &manifest, &source, client);
    let mut project = Project {
        root: root(build, &app),
        places: Vec::new(),
        lockfile: lockfile(build, &source, client),
        members: workspace::members(build, &patterns, &source, &app),
        source,
        manifest,
        client,
        installs: Vec::new(),
        others: Vec::new(),
        app,
    };
    let (own, others): (Vec<_>, Vec<_>) = installs
        .iter()
        .cloned()
        .partition(|install| project.manifest_at(&install.directory).is_some());
    project.installs = own;
    project.installs.sort_by_key(|install| install.step);
    let line = line.unwrap_or(build.base.line);
    project.check(build, line)?;
    project.places = ground::of(build, &project, line)?;
    for install in others {
        let Install {
            directory, line, ..
        } = install;
        if !project.holds(&directory) {
            let message =
                format!("dependencies are installed in several directories, `{directory}` too");
            let hint = "packages that one COPY brings, with the one that starts, can be rewritten";
            return Err(unsupported(message).at(line).hint(hint));
        }
        if !project.others.contains(&directory) {
            project.others.push(directory);
        }
    }
    Ok(project)
}

/// The largest directory that a COPY fills and that holds the application: the program may reach
/// what lies beside its own package.
fn root(build: &Build<'_>, app: &str) -> String {
    let entries = build.layout.entries.iter();
    let around = entries.filter(|entry| {
        let place = entry.destination.as_str();
        entry.is_dir && is_open(place) && is_within(app, place)
    });
    let widest = around.min_by_key(|entry| entry.destination.len());
    widest.map_or_else(|| app.to_owned(), |entry| entry.destination.clone())
}

/// What a command of a RUN asks of a package manager.
pub(super) fn request_of(command: &RunCommand) -> Option<Request> {
    client::read(command.program.as_deref()?, &command.arguments)
}

/// The directory in which a package manager is asked to work.
pub(super) fn directory_of(command: &RunCommand, request: &Request) -> Option<String> {
    match request.elsewhere() {
        Some(path) => command.absolute(path),
        None => command.directory.clone(),
    }
}

pub(super) fn unsupported(message: impl Into<String>) -> Decline {
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
    /// The path of `name` in the directory of the application.
    pub(super) fn path(&self, name: &str) -> String {
        clean(&format!("{}/{name}", self.app))
    }

    /// Whether a path of the image is the application's.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.places.iter().any(|place| is_within(path, place))
    }

    fn check(&self, build: &Build<'_>, line: usize) -> Result<(), Decline> {
        let tools = ["lerna.json", "rush.json"];
        let several = tools.into_iter().map(|name| join(&self.source, name));
        let mut several = several.filter(|path| build.context.is_file(path));
        if let Some(path) = several.next().filter(|_| self.members.is_empty()) {
            let message = format!("`{path}` tells of several packages");
            let hint = "packages that are members of a workspace can be followed";
            return Err(unsupported(message).at(line).hint(hint));
        }
        let mut requests = build
            .commands()
            .filter_map(|(_, command)| Some((command, request_of(command)?)));
        let links = |request: &Request| request.verb == Verb::Link && !request.operands.is_empty();
        if let Some((command, _)) = requests.find(|(_, request)| links(request)) {
            let message = format!(
                "`{}` leads to packages beside the project",
                command.display()
            );
            let hint = "packages that package.json lists can be followed";
            return Err(unsupported(message).at(command.line).hint(hint));
        }
        self.kept_elsewhere(build, line)?;
        if self.app != "/" && !is_open(&self.app) {
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
            Client::Npm => return Ok(()),
            Client::Yarn => {
                let settings = build.context.read(&join(&self.source, ".yarnrc"));
                let option = "--modules-folder";
                let by_settings = settings.is_some_and(yarn::moves_modules);
                if !by_settings && !self.installs.iter().any(|it| it.request.has(option)) {
                    return Ok(());
                }
                (
                    "Yarn puts packages elsewhere than in `node_modules` beside the manifest"
                        .to_owned(),
                    "without `--modules-folder` they can be followed",
                )
            }
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
mod tests;

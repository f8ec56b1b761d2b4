//! Node. In: a build on an official node image. Out: what starts, what it needs, where it can go.
//!
//! The builder is the user's own file and then a step that takes development dependencies away;
//! the final stage has the whole directory of the application.

mod artifact;
mod binaries;
mod browsers;
mod cache;
mod client;
mod command_line;
mod commands;
mod corepack;
mod development;
mod globals;
mod ground;
mod inputs;
mod invocation;
mod launch;
mod layers;
mod lifecycle;
mod listed;
mod lockfile;
mod manifest;
mod moved;
mod natives;
mod needs;
mod notes;
mod outside;
mod pnpm;
mod program;
mod project;
mod prune;
mod rungs;
mod scripts;
mod secrets;
mod single;
mod sources;
mod spawn;
mod standalone;
#[cfg(test)]
mod testing;
mod tools;
mod usage;
mod verbs;
mod verdict;
mod workspace;
mod wrappers;
mod yarn;

use super::Toolchain;
use crate::knowledge::base_image::{BaseImage, Family, Flavour};
use crate::knowledge::packages::{PackageRole, role};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Link, Payload, Single};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::{self, Entry};
use crate::project::context::BuildContext;
use program::Program;
use project::Project;
use prune::Prune;

/// The toolchain.
pub(super) struct Node;

impl Toolchain for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn templates(&self) -> &'static [(Runtime, &'static str)] {
        &[
            (
                Runtime::Distroless,
                include_str!("../../../templates/node/distroless.Dockerfile"),
            ),
            (
                Runtime::Slim,
                include_str!("../../../templates/node/slim.Dockerfile"),
            ),
            (
                Runtime::Alpine,
                include_str!("../../../templates/node/alpine.Dockerfile"),
            ),
        ]
    }

    fn claims(&self, image: &BaseImage) -> bool {
        image.family == Family::Node
    }

    fn action(&self, command: &RunCommand, _context: &BuildContext) -> Option<Action> {
        commands::action(command)
    }

    fn is_build_variable(&self, name: &str) -> bool {
        commands::is_build_variable(name)
    }

    fn analyse(&self, build: &Build<'_>) -> Result<Analysis, Decline> {
        let entry = entry::read(build);
        startable(&entry)?;
        let mut project = project::read(build, program::first_file(build, &entry).as_deref())?;
        let program = program::read(build, &entry, &project)?;
        project.narrow(&program);
        tools::check(build, &project, &program)?;
        outside::check(build, &project)?;
        let sources = sources::scan(build, &project, &program);
        let traced = standalone::output(build, &entry, &project, &program, &sources);
        let used = usage::of_development(build, &project, &program, &sources);
        let prune = match traced {
            Some(_) => Prune::without_packages(),
            None => prune::decide(build, &project, used.as_ref()),
        };
        let natives = natives::find(build, &project, &sources, prune.pruned)?;
        let mut found = needs::find(build, &project, &program, &sources)?;
        let mut globals = globals::find(build, &project, &program)?;
        // Where nothing can be installed they would be missing.
        found.needs.shell = found.needs.shell.or(globals.modules.take());
        corepack::setup(build, &project, &program, &mut globals)?;
        let gain = benefit(build, prune.pruned);
        let launch = launch::without_shell(build, &entry, &project, &program, &sources);
        let rungs = match rungs::ladder(build, &found, &natives, launch) {
            Err(_) if gain.is_err() => Vec::new(),
            rungs => rungs?,
        };
        let layers = layers::edits(build, &project);
        let single = gain.err().map(|reason| Single {
            reason,
            order: layers.order.clone(),
            notes: layers.late.iter().cloned().collect(),
            leaves: single::leaves(&program),
            made: vec![project.path("node_modules")],
            directories: single::directories(&project, &program),
        });
        let secrets = secrets::decide(build, &project, &program, prune.edit.is_some());
        let mut analysis = Analysis {
            covered: project.places.clone(),
            scratch: SCRATCH
                .map(str::to_owned)
                .into_iter()
                .chain(secrets.removed.iter().cloned())
                .collect(),
            payload: match traced {
                Some(traced) => vec![traced],
                None => application(build, &project, &secrets.removed),
            },
            provides: provides(&entry, &project, &program, globals.programs),
            needs: found.needs,
            rungs,
            setup: globals.setup,
            single,
            ..Analysis::default()
        };
        analysis.needs.link = if natives.first.is_some() {
            Link::SameRelease
        } else {
            Link::Static
        };
        if let Some(because) = &natives.browser {
            let rule = "a browser's sandbox and profile hang on who starts it";
            let because = Because::rule(rule).and(because.sentence());
            analysis.needs.root.get_or_insert(because);
        }
        if project.root == "/" {
            ground::in_root(build, &mut analysis);
        }
        let notes = notes::all(build, &project, &natives, &analysis);
        analysis.notes.extend(notes);
        analysis.needs.packages.extend(natives.libraries);
        analysis
            .edits
            .extend(layers.order.into_iter().chain(layers.mounts));
        analysis
            .edits
            .extend(prune.edit.into_iter().chain(secrets.edit));
        let late = layers.late.into_iter();
        let notes = late.chain(layers.advice).chain(prune.note);
        analysis.notes.extend(notes.chain(secrets.notes));
        let because = layers.because.into_iter().chain(prune.because);
        analysis.because.extend(because.chain(secrets.because));
        Ok(analysis)
    }
}

/// Caches and settings of the package managers. Source: npm's, Yarn's and node-gyp's documentation.
const SCRATCH: [&str; 9] = [
    "/root/.npm",
    "/root/.npmrc",
    "/root/.yarnrc",
    "/root/.cache",
    "/root/.local/share/pnpm",
    "/root/.yarn",
    "/root/.node-gyp",
    "/usr/local/share/.cache",
    "/usr/local/share/.config",
];

fn startable(entry: &Entry) -> Result<(), Decline> {
    if entry.line == 0 {
        let message = "neither CMD nor ENTRYPOINT says what the image runs";
        let hint = "add the CMD that starts the program";
        return Err(Decline::new(Code::NoCommand, message).hint(hint));
    }
    if !entry.understood {
        let message = "not everything that starts is understood";
        let hint = "a plain command, or a script without functions, can be followed";
        return Err(Decline::new(Code::UnknownCommand, message)
            .at(entry.line)
            .hint(hint));
    }
    Ok(())
}

/// The application, without what a step of the builder takes out of it.
fn application(build: &Build<'_>, project: &Project, removed: &[String]) -> Vec<Payload> {
    let places = project.places.iter().filter(|path| !removed.contains(path));
    let payload = |path: &String| {
        let file = build.context_path(path);
        let is_dir = !file.is_some_and(|file| build.context.is_file(&file));
        Payload {
            path: path.clone(),
            is_dir,
            writable: is_dir,
            because: Because::rule("the application with its dependencies"),
        }
    };
    places.map(payload).collect()
}

/// Programs that are there on every rung that has a shell, or that the application brings.
fn provides(
    entry: &Entry,
    project: &Project,
    program: &Program,
    globals: Vec<String>,
) -> Vec<String> {
    let mut provides = globals;
    provides.extend(["node", "nodejs", "npm", "npx", "yarn", "yarnpkg"].map(str::to_owned));
    for leaf in &program.leaves {
        if project
            .packages()
            .any(|package| binaries::brings(package, leaf.name()))
        {
            provides.push(leaf.name().to_owned());
        }
    }
    // Files that the base image's own entrypoint hands to node.
    for command in &entry.commands {
        let file = command
            .program()
            .filter(|word| program.files.iter().any(|file| file.ends_with(*word)));
        provides.extend(file.map(str::to_owned));
    }
    provides
}

/// Whether a final stage would leave anything behind.
fn benefit(build: &Build<'_>, prunes: bool) -> Result<(), Decline> {
    if prunes || build.base.image.flavour == Flavour::Full {
        return Ok(());
    }
    let gains = build.commands().any(|(_, command)| match &command.action {
        Action::Packages { manager, names } => names
            .iter()
            .any(|name| role(*manager, name) == PackageRole::Build),
        Action::Build => project::request_of(command).is_none_or(|request| match request.verb {
            client::Verb::Run(script) => script != "test",
            client::Verb::Exec => true,
            _ => false,
        }),
        _ => false,
    });
    if gains {
        return Ok(());
    }
    let message = format!(
        "`{}` is small already, and nothing is built that could stay behind",
        build.base.written
    );
    Err(Decline::new(Code::NoBenefit, message).at(build.base.line))
}

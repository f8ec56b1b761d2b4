//! What the runs of cargo in a build make. In: the commands of all RUNs. Out: each run that makes
//! programs of the project, with the programs and where they lie at the end.

use std::collections::{BTreeMap, BTreeSet};

use super::commands;
use super::invocation::{Invocation, Unclear};
use super::manifest::Package;
use super::outputs::{self, Output};
use super::parts::{Part, Parts};
use super::selected;
use super::settings::{self, Settings};
use super::workspace::{self, Workspace};
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand};
use crate::toolchain::compiled::tree::Tree;

/// A run of cargo that makes programs of the project.
#[derive(Debug, Clone, Default)]
pub(crate) struct CargoBuild {
    /// Index of the step.
    pub step: usize,
    /// Index of the command in the step.
    pub command: usize,
    /// The line.
    pub line: usize,
    /// Its command line.
    pub cargo: Invocation,
    /// How it is configured.
    pub settings: Settings,
    /// The package.
    pub package: Package,
    /// The packages of the project that are in its programs, itself first.
    pub parts: Vec<Part>,
    /// The folders of all packages of the workspace, in the context.
    pub folders: Vec<String>,
    /// The features that the whole run of cargo asks of each package from elsewhere.
    pub asked: BTreeMap<String, BTreeSet<String>>,
    /// Whether features ask somewhere in the workspace for a library that is compiled along, but
    /// not for these programs.
    pub is_doubtful: bool,
    /// The programs that it makes.
    pub programs: Vec<Output>,
}

/// A crate of a registry that a RUN installs.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    /// Its command line.
    pub cargo: Invocation,
    /// Where its programs go.
    pub directory: String,
    /// The line.
    pub line: usize,
}

/// What all runs of cargo make.
#[derive(Debug, Clone, Default)]
pub(crate) struct Builds {
    /// Of the project.
    pub own: Vec<CargoBuild>,
    /// Of others.
    pub installed: Vec<Installed>,
    /// The lines that compile something for browsers.
    pub pages: Vec<usize>,
}

/// Reads the runs of cargo.
pub(crate) fn read(build: &Build<'_>, tree: &Tree) -> Result<Builds, Decline> {
    let mut builds = Builds::default();
    for (index, step) in build.steps.iter().enumerate() {
        for (at, command) in step.commands.iter().enumerate() {
            let Some(parsed) = commands::invocation(command) else {
                continue;
            };
            let cargo = match parsed {
                Ok(cargo) => cargo,
                Err(unclear) if is_build(command) => return Err(declined(command, &unclear)),
                Err(_) => continue,
            };
            if matches!(cargo.verb.as_str(), "add" | "remove") {
                let message = format!("`cargo {}` changes what the program is made of", cargo.verb);
                return Err(Decline::new(Code::UnsupportedProject, message)
                    .at(command.line)
                    .hint("commit the changed Cargo.toml and Cargo.lock"));
            }
            if !cargo.makes_programs() {
                continue;
            }
            let settings = settings::read(build, step, command, &cargo)?;
            // The front end of a page: what is made of it, other commands tell.
            let is_page = |target: &String| target.starts_with("wasm32-");
            if !settings.targets.is_empty() && settings.targets.iter().all(is_page) {
                builds.pages.push(command.line);
                continue;
            }
            if cargo.is_foreign() {
                let (directory, line) = (settings.install_dir, command.line);
                builds.installed.push(Installed {
                    cargo,
                    directory,
                    line,
                });
                continue;
            }
            let made = of(build, &settings, &cargo).map_err(|decline| decline.at(command.line))?;
            for mut own in made {
                (own.step, own.command, own.line) = (index, at, command.line);
                for output in &mut own.programs {
                    output.places = outputs::places(build, tree, &settings, output, index, at);
                }
                builds.own.push(own);
            }
        }
    }
    Ok(builds)
}

fn is_build(command: &RunCommand) -> bool {
    let mut words = command.known_arguments();
    words.any(|word| matches!(word, "build" | "b" | "install" | "run" | "r"))
}

fn declined(command: &RunCommand, unclear: &Unclear) -> Decline {
    match unclear {
        Unclear::Variable => {
            let name = command.display();
            let message =
                format!("an argument of `{name}` hangs on a variable whose value is unknown");
            Decline::new(Code::UnresolvedVariable, message).hint("give the ARG a default")
        }
        Unclear::Option(option) => {
            let message = format!("the option `{option}` of cargo is not known");
            Decline::new(Code::UnknownCommand, message)
        }
    }
    .at(command.line)
}

/// What a run of cargo with these settings makes, one for each package that it builds.
pub(crate) fn of(
    build: &Build<'_>,
    settings: &Settings,
    cargo: &Invocation,
) -> Result<Vec<CargoBuild>, Decline> {
    let unsupported = |message: String| Decline::new(Code::UnsupportedProject, message);
    let ordinary = ["--workspace", "--all"];
    if let Some(special) = cargo
        .special
        .iter()
        .find(|option| !ordinary.contains(&option.as_str()))
    {
        return Err(unsupported(format!(
            "the option `{special}` of cargo is not followed"
        )));
    }
    if let Some(target) = settings
        .targets
        .iter()
        .find(|target| !target.contains("linux"))
    {
        return Err(unsupported(format!(
            "the target `{target}` is not a Linux one"
        )));
    }
    let manifest = format!("{}/Cargo.toml", settings.directory.trim_end_matches('/'));
    let found = build.context_path(&manifest);
    if !found.is_some_and(|path| build.context.is_file(&path)) {
        return Err(missing(build, &manifest));
    }
    let workspace = workspace::read(build, &settings.root)?;
    let selected = selected::packages(&workspace, settings, cargo)?;
    let parts = Parts::of(&workspace, &settings.root, &selected, &cargo.features);
    let of_one = |package: &Package| {
        let part = parts.at(&package.directory).cloned().unwrap_or_default();
        let programs = outputs::of(&part.package, &part.active, settings, cargo)?;
        let within = parts.within(&package.directory);
        let is_doubtful = selected::is_doubtful(&workspace, &within);
        Ok(CargoBuild {
            step: 0,
            command: 0,
            line: 0,
            cargo: cargo.clone(),
            settings: settings.clone(),
            package: part.package,
            parts: within,
            folders: folders(&workspace),
            asked: parts.asked(),
            is_doubtful,
            programs,
        })
    };
    selected.into_iter().map(of_one).collect()
}

fn folders(workspace: &Workspace) -> Vec<String> {
    let packages = workspace.packages.iter();
    packages.map(|package| package.folder.clone()).collect()
}

fn missing(build: &Build<'_>, manifest: &str) -> Decline {
    if build.context.is_hidden("Cargo.toml") {
        let message = "`Cargo.toml` is hidden by `.dockerignore`";
        return Decline::new(Code::HiddenByDockerignore, message);
    }
    Decline::new(
        Code::MissingManifest,
        format!("there is no `{manifest}` from the build context"),
    )
    .hint("if the build context is another folder, name it with `--context DIR`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    const MANIFEST: &str = "[package]\nname='a'\nedition='2021'\n[features]\nx=[]\n[[bin]]\nname='extra'\nrequired-features=['x']";
    const FILES: [(&str, &str); 4] = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", ""),
        ("src/bin/b.rs", ""),
        ("src/bin/extra.rs", ""),
    ];

    fn places_of(run: &str) -> Result<Vec<String>, Decline> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{run}\n");
        sample(&text, &FILES, |build| {
            let builds = read(build, &Tree::of(build))?;
            let outputs = builds.own.iter().flat_map(|own| own.programs.iter());
            Ok(outputs.flat_map(|output| output.places.clone()).collect())
        })
    }

    #[test]
    fn programs_are_followed_to_where_they_lie() {
        for (run, places) in [
            (
                "RUN cargo build --release",
                &["/app/target/release/a", "/app/target/release/b"][..],
            ),
            ("RUN cargo build --bin a", &["/app/target/debug/a"]),
            (
                "RUN cargo build -F x --bin extra --target x86_64-unknown-linux-musl",
                &["/app/target/x86_64-unknown-linux-musl/debug/extra"],
            ),
            (
                "RUN cargo install --path .",
                &["/usr/local/cargo/bin/a", "/usr/local/cargo/bin/b"],
            ),
            (
                "RUN cargo install --path . --root /opt/x --bin b",
                &["/opt/x/bin/b"],
            ),
            (
                "RUN cargo build --bin a && mv target/debug/a /usr/local/bin/z && cargo clean",
                &["/usr/local/bin/z"],
            ),
            (
                "RUN cargo build --bin a && cp target/debug/a /srv/a && rm -rf target",
                &["/srv/a"],
            ),
            (
                "RUN --mount=type=cache,target=/app/target cargo build --bin a && cp target/debug/a /a",
                &["/a"],
            ),
            (
                "RUN cargo build --bin a && cargo clean -p other",
                &["/app/target/debug/a"],
            ),
            (
                "RUN cargo build --example e",
                &["/app/target/debug/examples/e"],
            ),
            ("RUN cargo test --no-run", &[]),
        ] {
            assert_eq!(places_of(run).unwrap(), places, "{run}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_declined() {
        for (run, code) in [
            (
                "ARG BIN\nRUN cargo build --bin $BIN",
                Code::UnresolvedVariable,
            ),
            ("RUN cargo build --bin nope", Code::ArtifactNotFound),
            (
                "RUN cargo build --target x86_64-pc-windows-gnu",
                Code::UnsupportedProject,
            ),
            ("RUN cargo build --wat", Code::UnknownCommand),
            ("RUN cargo build -p other", Code::UnsupportedProject),
            (
                "RUN cargo add serde && cargo build",
                Code::UnsupportedProject,
            ),
            ("RUN cd / && cargo build", Code::MissingManifest),
        ] {
            assert_eq!(places_of(run).unwrap_err().code, code, "{run}");
        }
    }
}

//! What the runs of cargo in a build make. In: the commands of all RUNs. Out: each run that makes
//! programs of the project, with the programs and where they lie at the end.

use super::commands;
use super::features::Active;
use super::invocation::{Invocation, Unclear};
use super::manifest::{self, Package};
use super::settings::{self, Settings};
use crate::dockerfile::contract::clean;
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::artifact::{self, Made};
use crate::toolchain::compiled::tree::Tree;

/// A run of cargo that makes programs of the project.
#[derive(Debug, Clone)]
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
    /// What is active.
    pub active: Active,
    /// The programs that it makes.
    pub programs: Vec<Output>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its name.
    pub name: String,
    /// Where cargo puts it.
    pub made: String,
    /// Where it lies at the end; empty when it is gone.
    pub places: Vec<String>,
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
            if cargo.is_foreign() {
                let (directory, line) = (settings.install_dir, command.line);
                builds.installed.push(Installed {
                    cargo,
                    directory,
                    line,
                });
                continue;
            }
            let mut own = of(build, settings, cargo).map_err(|decline| decline.at(command.line))?;
            (own.step, own.command, own.line) = (index, at, command.line);
            for output in &mut own.programs {
                output.places = places(build, tree, &own.settings, output, index, at);
            }
            builds.own.push(own);
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

/// What a run of cargo with these settings makes.
pub(crate) fn of(
    build: &Build<'_>,
    settings: Settings,
    cargo: Invocation,
) -> Result<CargoBuild, Decline> {
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
    let manifest = format!("{}/Cargo.toml", settings.directory.trim_end_matches('/'));
    let found = build
        .context_path(&manifest)
        .filter(|path| build.context.is_file(path));
    let Some(found) = found else {
        return Err(missing(build, &manifest));
    };
    let folder = found
        .strip_suffix("Cargo.toml")
        .unwrap_or_default()
        .trim_end_matches('/');
    let package = manifest::read(build.context, folder)?;
    if let Some(other) = cargo.packages.iter().find(|name| {
        let name = name.split(['@', '#']).next().unwrap_or(name);
        name != package.name
    }) {
        return Err(unsupported(format!(
            "`-p {other}` names another package than the project's"
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
    let active = Active::of(&package, &cargo.features);
    let programs = outputs(&package, &active, &settings, &cargo)?;
    Ok(CargoBuild {
        step: 0,
        command: 0,
        line: 0,
        cargo,
        settings,
        package,
        active,
        programs,
    })
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

fn outputs(
    package: &Package,
    active: &Active,
    settings: &Settings,
    cargo: &Invocation,
) -> Result<Vec<Output>, Decline> {
    let selection = &cargo.selection;
    if let Some(bin) = selection.bins.iter().find(|name| {
        !name.contains(['*', '?']) && !package.bins.iter().any(|bin| bin.name == **name)
    }) {
        let message = format!("the package `{}` has no program `{bin}`", package.name);
        return Err(Decline::new(Code::ArtifactNotFound, message));
    }
    let narrowed = !selection.bins.is_empty() || !selection.examples.is_empty() || selection.other;
    let wanted = |name: &str| {
        let named = selection
            .bins
            .iter()
            .any(|bin| bin == name || bin.contains(['*', '?']));
        selection.all_bins || named || !narrowed
    };
    let is_active = |feature: &String| active.features.contains(feature);
    let bins = package.bins.iter().filter(|bin| wanted(&bin.name));
    let bins = bins.filter(|bin| bin.required.iter().all(is_active));
    let names: Vec<(&str, &str)> = bins
        .map(|bin| (bin.name.as_str(), ""))
        .chain(
            selection
                .examples
                .iter()
                .map(|name| (name.as_str(), "examples/")),
        )
        .collect();
    let folder = cargo.profile_folder();
    let mut outputs = Vec::new();
    for (name, below) in names {
        let output = |made: String| Output {
            name: name.to_owned(),
            made: clean(&made),
            places: Vec::new(),
        };
        if cargo.verb == "install" {
            outputs.push(output(format!("{}/{name}", settings.install_dir)));
            continue;
        }
        let root = &settings.target_dir;
        if settings.targets.is_empty() {
            outputs.push(output(format!("{root}/{folder}/{below}{name}")));
        }
        for target in &settings.targets {
            let target = target
                .rsplit('/')
                .next()
                .unwrap_or(target)
                .trim_end_matches(".json");
            outputs.push(output(format!("{root}/{target}/{folder}/{below}{name}")));
        }
    }
    Ok(outputs)
}

/// Where a program lies at the end, after what later commands did to it.
fn places(
    build: &Build<'_>,
    tree: &Tree,
    settings: &Settings,
    output: &Output,
    step: usize,
    command: usize,
) -> Vec<String> {
    let made = Made {
        path: output.made.clone(),
        step,
        command,
    };
    let mut places = artifact::places(build, tree, &made);
    let later = |index: usize, at: usize| (index, at) > (step, command);
    for (index, of_step) in build.steps.iter().enumerate() {
        for (at, other) in of_step.commands.iter().enumerate() {
            if later(index, at) && cleans(build, of_step, other, settings) {
                places.retain(|place| !is_within(place, &settings.target_dir));
            }
        }
    }
    // What lies in a mount is not in the layer.
    let mounts = build.steps.get(step).map(mounts).unwrap_or_default();
    places.retain(|place| !mounts.iter().any(|mount| is_within(place, mount)));
    places.sort_by_key(|place| *place != output.made);
    places
}

/// Whether `command` is a `cargo clean` of the same target directory.
fn cleans(build: &Build<'_>, step: &Step<'_>, command: &RunCommand, settings: &Settings) -> bool {
    let Some(Ok(cargo)) = commands::invocation(command) else {
        return false;
    };
    let same = || {
        let other = settings::read(build, step, command, &cargo);
        other.is_ok_and(|other| other.target_dir == settings.target_dir)
    };
    cargo.verb == "clean" && cargo.packages.is_empty() && same()
}

/// The targets of the mounts of a RUN, absolute.
pub(crate) fn mounts(step: &Step<'_>) -> Vec<String> {
    let InstructionKind::Run(run) = &step.instruction.kind else {
        return Vec::new();
    };
    let values = run.flags.iter().filter(|flag| flag.name == "mount");
    let targets = values.filter_map(|flag| {
        let fields = flag.value.as_deref()?.split(',');
        let target =
            fields
                .filter_map(|field| field.split_once('='))
                .find_map(|(name, value)| {
                    matches!(name, "target" | "dst" | "destination").then_some(value)
                })?;
        step.state.absolute(&step.state.expand(target, '\\')?)
    });
    targets.collect()
}

/// Whether a COPY or ADD changes the owner of what it brings.
pub(crate) fn owner_of<'s>(step: &'s Step<'_>) -> Option<&'s str> {
    match &step.instruction.kind {
        InstructionKind::Copy(copy) | InstructionKind::Add(copy) => flag(&copy.flags, "chown"),
        _ => None,
    }
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
                "RUN cargo build --target wasm32-unknown-unknown",
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

//! Dependencies in a layer of their own. In: the run of cargo that makes the program. Out: what is
//! inserted before the sources are copied, so that a change of them leaves the dependencies built.
//!
//! The layer compiles empty sources in the place of the real ones, with the very command of the
//! Dockerfile, and then has cargo forget the package: `cargo clean -p` takes its fingerprints,
//! its build script's output and its program away, so that whatever the sources' times are, the
//! next run of cargo compiles them. A program of empty sources can be in no image.
//!
//! Why this way, and not another. All were measured with a server of axum, tokio and serde, 70
//! packages in its lockfile, on rust 1.95 with buildah 1.28 and 2 processors that others used too,
//! so what is compared is CPU seconds of the whole build, downloads included, and in brackets how
//! many crates were compiled (the heads of `templates/rust/` have the whole table):
//!
//! ```text
//!                              naive     layer     cargo-chef  mounts
//! cold                         83 (65)   82 (66)   81 (66)     82 (65)
//! a source changed             84 (65)    9 (1)    11 (1)      10 (1)
//!   layers kept, mounts gone   84 (65)    9 (1)    11 (1)      85 (65)
//! a dependency added           84 (67)   82 (68)   87 (68)     11 (3)
//! ```
//!
//! After a change of the sources, by far the most frequent one, the three are alike. cargo-chef
//! gains nothing over the layer and has to be installed, 125 (87) for each base image. Mounts gain
//! when a dependency changes, but a machine that starts with a cache from a registry and no disk of
//! its own has none of it; and what a mount holds was put there by other builds. cargo goes by the
//! sources' times: with one target directory for two checkouts, sources that are older than the
//! last build gave the other checkout's program without a word. `mounts` says what it does about
//! that; it is there on request (`--cache mounts`).

use super::builds::CargoBuild;
use super::commands;
use super::dependency::Kind;
use super::forget;
use super::manifest;
use super::stub;
use crate::dockerfile::instruction::{Form, InstructionKind};
use crate::edit::Edit;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::builder;
use crate::plan::layout::{Entry, is_within};
use crate::plan::user::is_root;
use crate::project::source::{Language, scan};

/// What is inserted, and why.
pub(crate) struct Layer {
    /// The lines.
    pub edit: Edit,
    /// For `--explain`.
    pub because: Vec<(String, Because)>,
}

/// Where the programs of `cargo install` go while the sources are empty.
const STUB_ROOT: &str = "/tmp/dependencies";

/// The layer for the run of cargo that makes the program; `None` where the order is left alone.
pub(crate) fn dependencies_first(build: &Build<'_>, own: &CargoBuild) -> Option<Layer> {
    let layer = Candidate::new(build, own)?;
    layer.is_ordinary_project().then_some(())?;
    let stubs = layer.stubs()?;
    let at = layer.first_source(&stubs)?;
    layer.is_free(at, &stubs).then_some(())?;
    let copied = layer.manifests(at)?;
    Some(layer.write(at, &stubs, &copied))
}

struct Candidate<'c, 'a> {
    build: &'c Build<'a>,
    own: &'c CargoBuild,
    step: &'c Step<'a>,
    command: &'c RunCommand,
}

/// Paths that need no quotes in a Dockerfile and in a shell.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && path
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
}

impl<'c, 'a> Candidate<'c, 'a> {
    /// A RUN without mounts whose first command is the run of cargo.
    fn new(build: &'c Build<'a>, own: &'c CargoBuild) -> Option<Self> {
        let step = build.steps.get(own.step)?;
        let command = step.commands.get(own.command)?;
        let InstructionKind::Run(run) = &step.instruction.kind else {
            return None;
        };
        let simple = own.command == 0
            && run.flags.is_empty()
            && step.instruction.heredocs.is_empty()
            && matches!(run.form, Form::Shell(_))
            && command.script.is_none()
            && !command.command.reach.conditional
            && is_root(&step.state.contract.user)
            && command.directory.as_deref() == Some(own.settings.directory.as_str())
            && own.cargo.manifest_path.is_none()
            && is_plain(&own.settings.directory)
            && is_plain(&own.package.name);
        simple.then_some(Self {
            build,
            own,
            step,
            command,
        })
    }

    fn in_context(&self, path: &str) -> String {
        manifest::join(&self.own.package.folder, path)
    }

    fn in_image(&self, path: &str) -> String {
        format!(
            "{}/{path}",
            self.own.settings.directory.trim_end_matches('/')
        )
    }

    /// Whether nothing but the manifest and the lockfile decides what the dependencies are.
    fn is_ordinary_project(&self) -> bool {
        let package = &self.own.package;
        let lock = self
            .build
            .context
            .read(&self.in_context("Cargo.lock"))
            .unwrap_or_default();
        let name = format!("name = \"{}\"", package.name);
        let has_dependencies = package
            .dependencies
            .iter()
            .any(|dependency| dependency.kind != Kind::Dev);
        has_dependencies
            && lock.lines().filter(|line| line.trim() == name).count() == 1
            && !package.has_path_dependencies()
            && !package.is_entangled
            && !package.proc_macro
            && !self.own.settings.replaces_sources
            && !self.script_reads_files()
    }

    /// Whether the build script does more than set flags: what it reads is not there yet.
    fn script_reads_files(&self) -> bool {
        let Some(script) = &self.own.package.build_script else {
            return false;
        };
        let Some(text) = self.build.context.read(&self.in_context(script)) else {
            return true;
        };
        let facts = scan(text, Language::Rust);
        let names_file = facts.strings.iter().any(|literal| {
            let value = literal.value.rsplit('=').next().unwrap_or_default();
            let is_itself = value == script;
            !value.is_empty() && !is_itself && self.build.context.exists(&self.in_context(value))
        });
        names_file || facts.has_errors || text.contains("fs::") || text.contains("File::")
    }

    /// The files of the package's targets, relative to its folder.
    fn stubs(&self) -> Option<Vec<String>> {
        let package = &self.own.package;
        let bins = package.bins.iter().map(|bin| &bin.path);
        let all = bins
            .chain(&package.lib)
            .chain(&package.build_script)
            .chain(&package.other_targets);
        let mut stubs: Vec<String> = Vec::new();
        for path in all {
            if !is_plain(path) || path.split('/').any(|part| matches!(part, ".." | "." | "")) {
                return None;
            }
            let is_there = self.build.context.is_file(&self.in_context(path));
            if is_there && !stubs.contains(path) {
                stubs.push(path.clone());
            }
        }
        (!stubs.is_empty()).then_some(stubs)
    }

    /// Whether `entry` brings the file of the package to its place.
    fn brings(&self, entry: &Entry, path: &str) -> bool {
        let (context, image) = (self.in_context(path), self.in_image(path));
        if entry.source == context {
            return entry.destination == image;
        }
        let rest = match entry.source.as_str() {
            "" => Some(context.as_str()),
            source => context
                .strip_prefix(source)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        let root = entry.destination.trim_end_matches('/');
        entry.is_dir && rest.is_some_and(|rest| format!("{root}/{rest}") == image)
    }

    /// The first step that brings a source; the steps from there to the run of cargo do nothing
    /// that the dependencies need.
    fn first_source(&self, stubs: &[String]) -> Option<usize> {
        let entries = self.build.layout.entries.iter();
        let bringing = entries.filter(|entry| stubs.iter().any(|stub| self.brings(entry, stub)));
        let at = bringing.map(|entry| entry.step).min()?;
        let between = self.build.steps.get(at..self.own.step)?;
        between
            .iter()
            .all(|step| is_idle(self.build, &step.instruction.kind))
            .then_some(at)
    }

    /// Whether nothing has been built or put into the sources' folders before.
    fn is_free(&self, at: usize, stubs: &[String]) -> bool {
        let Some(step) = self.build.steps.get(at) else {
            return false;
        };
        let plain = match &step.instruction.kind {
            InstructionKind::Copy(copy) | InstructionKind::Add(copy) => copy.flags.is_empty(),
            _ => false,
        };
        let built = self.build.commands().any(|(index, command)| {
            let is_cargo = commands::invocation(command);
            let is_own = is_cargo.is_some_and(|cargo| cargo.is_ok_and(|cargo| !cargo.is_foreign()));
            index < self.own.step && is_own
        });
        let tops: Vec<String> = stub::top_level(stubs)
            .iter()
            .map(|top| self.in_image(top))
            .collect();
        let taken = self.build.layout.entries.iter().any(|entry| {
            entry.step < at && tops.iter().any(|top| is_within(&entry.destination, top))
        });
        plain && is_root(&step.state.contract.user) && !built && !taken
    }

    /// The files that decide what the dependencies are and that are not in the image yet; `None`
    /// where one of them does not get to its place.
    fn manifests(&self, at: usize) -> Option<Vec<&'static str>> {
        let all = [
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain",
            "rust-toolchain.toml",
            ".cargo/config",
            ".cargo/config.toml",
        ];
        let mut copied = Vec::new();
        for file in all {
            if !self.build.context.is_file(&self.in_context(file)) {
                continue;
            }
            let entries = self
                .build
                .layout
                .entries
                .iter()
                .filter(|entry| entry.step < self.own.step);
            let mut steps = entries
                .filter(|entry| self.brings(entry, file))
                .map(|entry| entry.step);
            match steps.next() {
                Some(step) if step < at => {}
                Some(_) => copied.push(file),
                None if matches!(file, "Cargo.toml" | "Cargo.lock") => return None,
                None => {}
            }
        }
        Some(copied)
    }

    fn write(&self, at: usize, stubs: &[String], copied: &[&'static str]) -> Layer {
        let dockerfile = self.build.dockerfile;
        let directory = self.own.settings.directory.as_str();
        let step = self.build.steps.get(at).unwrap_or(self.step);
        let here = step.state.contract.workdir.as_deref() == Some(directory);
        let rule = "the dependencies have a layer of their own, which a change of the sources leaves alone";
        let because = Because::line(rule, self.own.line);
        let mut lines = Vec::new();
        for line in self.copies(copied, here) {
            lines.push(line);
        }
        let mut commands = Vec::new();
        if !here {
            commands.push(format!("cd {directory}"));
        }
        commands.extend(stub::commands(stubs, self.own.package.lib.as_deref()));
        commands.extend(self.cargo_commands());
        commands.push(format!("rm -r {}", stub::top_level(stubs).join(" ")));
        if self.own.cargo.verb != "install" {
            let programs = self.own.programs.iter();
            commands.extend(programs.map(|output| format!("test ! -e {}", output.made)));
        }
        let run = builder::keyword(dockerfile, "RUN");
        let end = dockerfile.line_end();
        lines.push(format!(
            "{run} {}",
            commands.join(&format!(" \\{end}    && "))
        ));
        let explained = lines
            .iter()
            .flat_map(|line| line.lines().map(str::trim).map(str::to_owned));
        let because = explained.map(|line| (line, because.clone())).collect();
        let text = format!("{}{end}", lines.join(end));
        let offset = builder::comment_start(dockerfile, step.instruction);
        Layer {
            edit: Edit::insert(offset, text),
            because,
        }
    }

    fn copies(&self, copied: &[&'static str], here: bool) -> Vec<String> {
        let copy = builder::keyword(self.build.dockerfile, "COPY");
        // Without a WORKDIR the place is said.
        let here = here && self.own.settings.directory != "/";
        let to = |below: &str| {
            if here {
                format!("./{below}")
            } else {
                format!(
                    "{}/{below}",
                    self.own.settings.directory.trim_end_matches('/')
                )
            }
        };
        let (config, plain): (Vec<&str>, Vec<&str>) = copied
            .iter()
            .copied()
            .partition(|file| file.starts_with(".cargo/"));
        let mut lines = Vec::new();
        for (files, below) in [(plain, ""), (config, ".cargo/")] {
            if !files.is_empty() {
                let files: Vec<String> = files.iter().map(|file| self.in_context(file)).collect();
                lines.push(format!("{copy} {} {}", files.join(" "), to(below)));
            }
        }
        lines
    }

    /// The command of the Dockerfile, and the one with which cargo forgets the package.
    fn cargo_commands(&self) -> Vec<String> {
        let words = &self.command.command.words;
        let assignments = forget::assignments(self.command);
        let mut build: Vec<&str> = words.iter().map(|word| word.raw.as_str()).collect();
        let is_install = self.own.cargo.verb == "install";
        if is_install {
            without_root(&mut build);
            build.extend(["--root", STUB_ROOT]);
        }
        let mut commands = vec![format!("{assignments}{}", build.join(" "))];
        commands.push(forget::command(self.own, self.command));
        if is_install {
            commands.push(format!("rm -r {STUB_ROOT}"));
        }
        commands
    }
}

/// `--root path`, `--root=path`.
fn without_root(words: &mut Vec<&str>) {
    if let Some(at) = words.iter().position(|word| *word == "--root") {
        words.drain(at..(at + 2).min(words.len()));
    }
    words.retain(|word| !word.starts_with("--root="));
}

/// Whether an instruction changes nothing for the dependencies.
fn is_idle(build: &Build<'_>, kind: &InstructionKind) -> bool {
    match kind {
        InstructionKind::Env(pairs) => pairs
            .iter()
            .all(|pair| pair.name != "PATH" && !build.toolchain.is_build_variable(&pair.name)),
        InstructionKind::Copy(_)
        | InstructionKind::Add(_)
        | InstructionKind::Workdir(_)
        | InstructionKind::Expose(_)
        | InstructionKind::Label(_)
        | InstructionKind::Maintainer
        | InstructionKind::Stopsignal(_)
        | InstructionKind::Healthcheck(_)
        | InstructionKind::Cmd(_)
        | InstructionKind::Entrypoint(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

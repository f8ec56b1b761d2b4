//! The final stage: what its template is filled with, derived from the contract of the original,
//! the toolchain's payload and the rung.

mod contract;
mod environment;
mod together;

use serde::Serialize;

use crate::dockerfile::instruction::{Flag, InstructionKind};
use crate::dockerfile::shell;
use crate::dockerfile::word;
use crate::outcome::Decline;
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Payload};
use crate::plan::because::Because;
use crate::plan::build::{Build, Step};
use crate::plan::builder;
use crate::plan::carried::Carried;
use crate::plan::ladder::Chosen;
use crate::plan::layout::{is_system_directory, is_within};
use crate::plan::packages;
use crate::plan::removal;
use crate::plan::user::RuntimeUser;
use crate::plan::writable::OwnDirectory;

/// What the template of a final stage is filled with. Lines come without their line ends.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FinalStage {
    /// The base image.
    pub image: String,
    /// `--platform=… ` of the original with a blank behind it, or nothing.
    pub platform: String,
    /// ` AS name` where the original names its stage, or nothing.
    pub name: String,
    /// The name of the builder stage.
    pub builder: String,
    /// ARG lines that later lines refer to.
    pub args: Vec<String>,
    /// Packages to install.
    pub packages: Vec<String>,
    /// Whether apt installs what they recommend, as it did in the original.
    pub recommends: bool,
    /// Whether the original keeps packages from asking for settings.
    pub noninteractive: bool,
    /// Directories of manual pages that the original makes for packages which expect them.
    pub manuals: Vec<String>,
    /// RUN lines that make accounts.
    pub setup: Vec<String>,
    /// ENV lines.
    pub env: Vec<String>,
    /// What is copied from the builder, to the same path.
    pub copies: Vec<CopyLine>,
    /// The RUN line that makes symbolic links, behind what they lead to.
    pub links: Vec<String>,
    /// The working directory.
    pub workdir: String,
    /// USER; empty for root.
    pub user: String,
    /// EXPOSE, VOLUME, HEALTHCHECK, ENTRYPOINT, CMD and the like, with their comments.
    pub contract: Vec<String>,
}

/// One COPY from the builder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyLine {
    /// Path in the builder.
    pub source: String,
    /// Path in the final stage: the same, but for empty directories.
    pub path: String,
    /// `--chown`; empty for none.
    pub owner: String,
}

impl CopyLine {
    /// From a path of the builder to the same path.
    fn new(path: &str, owner: String) -> Self {
        Self {
            source: path.to_owned(),
            path: path.to_owned(),
            owner,
        }
    }
}

/// Derives the final stage, with why each part of it is there.
pub fn derive(
    build: &Build<'_>,
    analysis: &Analysis,
    chosen: &Chosen,
    user: &RuntimeUser,
) -> Result<(FinalStage, Vec<(String, Because)>), Decline> {
    let mut deriver = Deriver {
        build,
        analysis,
        chosen,
        user,
        because: Vec::new(),
    };
    let env = deriver.env()?;
    let contract = deriver.contract();
    let stage = FinalStage {
        image: chosen.rung.image.clone(),
        platform: build
            .base
            .platform
            .as_ref()
            .filter(|flag| !analysis.for_target || !names_builder(flag))
            .map_or_else(String::new, |flag| {
                format!("--platform={} ", flag.value.as_deref().unwrap_or_default())
            }),
        name: builder::own_name(build).map_or_else(String::new, |name| {
            format!(" {} {name}", builder::keyword(build.dockerfile, "AS"))
        }),
        builder: builder::name(build).to_owned(),
        args: deriver.args(&env, &contract),
        packages: chosen
            .packages
            .iter()
            .map(|need| need.value.clone())
            .collect(),
        recommends: packages::recommends(build),
        noninteractive: packages::is_noninteractive(build),
        manuals: packages::manuals(build),
        setup: deriver.setup(),
        env,
        copies: deriver.copies(),
        links: deriver.links(),
        workdir: build.workdir().to_owned(),
        user: user.user.clone(),
        contract,
    };
    deriver.explain(&stage);
    Ok((stage, deriver.because))
}

struct Deriver<'d, 'a> {
    build: &'d Build<'a>,
    analysis: &'d Analysis,
    chosen: &'d Chosen,
    user: &'d RuntimeUser,
    because: Vec<(String, Because)>,
}

impl Deriver<'_, '_> {
    /// RUN lines: accounts, and what the toolchain asks for.
    fn setup(&mut self) -> Vec<String> {
        let mut lines = self.user.setup.clone();
        let removed = removal::of_configuration(self.build);
        if let Some((_, line)) = removed.first().filter(|_| !self.chosen.packages.is_empty()) {
            let words: Vec<&str> = removed.iter().map(|(word, _)| word.as_str()).collect();
            let text = format!("RUN rm -rf {}", words.join(" "));
            let because = Because::line("the original removes it from what packages bring", *line);
            self.because.push((text.clone(), because));
            lines.push(text);
        }
        // Without a shell nothing is installed there, and nothing needs to be.
        let setup = self.analysis.setup.iter();
        for (line, because) in setup.filter(|_| self.chosen.image.has_shell()) {
            self.because.push((line.clone(), because.clone()));
            lines.push(line.clone());
        }
        lines
    }

    fn verbatim(&self, index: usize, step: &Step<'_>) -> String {
        let dockerfile = self.build.dockerfile;
        let span = if builder::moves(self.build, index) {
            builder::block(dockerfile, step.instruction)
        } else {
            step.instruction.span
        };
        span.of(&dockerfile.text).trim_end().to_owned()
    }

    /// ARG lines for the variables that the lines of the final stage refer to.
    fn args(&self, env: &[String], contract: &[String]) -> Vec<String> {
        let escape = self.build.dockerfile.lines.escape;
        let body = |line: &String| {
            let shell = ["CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL"];
            let keyword = line
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            if shell.contains(&keyword.as_str()) {
                Vec::new()
            } else {
                word::variables(line, escape)
            }
        };
        let mut used: Vec<String> = env.iter().chain(contract).flat_map(body).collect();
        let mut lines = Vec::new();
        // From the end, because a default may refer to an ARG before it.
        for step in self.build.steps.iter().rev() {
            let InstructionKind::Arg(args) = &step.instruction.kind else {
                continue;
            };
            if args.iter().any(|arg| used.contains(&arg.name)) {
                let text = step.instruction.span.of(&self.build.dockerfile.text);
                used.extend(word::variables(text, escape));
                lines.push(text.to_owned());
            }
        }
        lines.reverse();
        lines
    }

    fn copies(&mut self) -> Vec<CopyLine> {
        let mut copies = Vec::new();
        for need in self.chosen.system_files.iter().chain(&self.user.files) {
            self.because
                .push((copy_needle(&need.value), need.because.clone()));
            copies.push(CopyLine::new(&need.value, String::new()));
        }
        for payload in &self.analysis.payload {
            copies.push(self.copy(payload, self.payload_owner(payload)));
        }
        let linked = |carried: &&Carried| carried.link.is_some() && self.chosen.image.has_shell();
        for carried in self
            .chosen
            .carried
            .iter()
            .filter(|carried| !linked(carried))
        {
            let owner = match (&carried.owner, self.user.is_added) {
                // Files of the context may be readable by their owner alone.
                (_, true) if !carried.is_program => self.user.owner.clone(),
                (Some(owner), false) => owner.clone(),
                _ => String::new(),
            };
            copies.push(self.copy(&carried.payload, owner));
        }
        for directory in &self.user.directories {
            let OwnDirectory {
                path,
                source,
                because,
            } = directory.clone();
            let owner = if self.user.owner.is_empty() {
                &self.user.user
            } else {
                &self.user.owner
            };
            self.because.push((format!(" {source} {path}"), because));
            copies.push(CopyLine {
                owner: owner.clone(),
                source,
                path,
            });
        }
        let copies = together::without_inner(copies);
        let (copies, because) = together::files_in_root(self.build, copies);
        self.because.extend(because);
        copies
    }

    /// Symbolic links, where there is a shell to make them with.
    fn links(&mut self) -> Vec<String> {
        let links = self
            .chosen
            .carried
            .iter()
            .filter_map(|carried| carried.link.as_ref());
        let mut commands = Vec::new();
        for link in links.filter(|_| self.chosen.image.has_shell()) {
            let parent = link.path.rsplit_once('/').map_or("", |(parent, _)| parent);
            if !parent.is_empty() && !is_system_directory(parent) {
                let made = format!("mkdir -p {}", shell::quoted(parent));
                if !commands.contains(&made) {
                    commands.push(made);
                }
            }
            let (target, path) = (shell::quoted(&link.target), shell::quoted(&link.path));
            commands.push(format!("ln -sf {target} {path}"));
            let because = Because::line("a link that the original makes", link.line);
            self.because.push((format!(" {target} {path}"), because));
        }
        let line = format!("RUN {}", commands.join(" \\\n    && "));
        (!commands.is_empty()).then_some(line).into_iter().collect()
    }

    fn payload_owner(&self, payload: &Payload) -> String {
        // Files of the context may be readable by their owner alone.
        let from_context = self.user.is_added && self.build.context_path(&payload.path).is_some();
        // What is copied into the working directory makes it: the program may write beside itself.
        // Everything lies in `/`: there a program is given, but no whole directory of the system's.
        let workdir = self.build.workdir();
        let makes_workdir = self.user.is_added
            && is_within(&payload.path, workdir)
            && !(workdir == "/" && payload.is_dir);
        if payload.writable && !self.user.is_added && self.is_at_home(&payload.path) {
            self.user.user.clone()
        } else if payload.writable || from_context || makes_workdir {
            self.user.owner.clone()
        } else {
            String::new()
        }
    }

    /// Whether a path lies in the home directory of the user that the build switches to, whose it is.
    fn is_at_home(&self, path: &str) -> bool {
        let name = self.user.user.split(':').next().unwrap_or_default();
        let home = self
            .build
            .commands()
            .find_map(|(_, command)| match &command.action {
                Action::Account(account) if !account.is_group && account.name == name => {
                    account.home.clone()
                }
                _ => None,
            });
        home.is_some_and(|home| is_within(path, &home))
    }

    fn copy(&mut self, payload: &Payload, owner: String) -> CopyLine {
        self.because
            .push((copy_needle(&payload.path), payload.because.clone()));
        CopyLine::new(&payload.path, owner)
    }

    fn explain(&mut self, stage: &FinalStage) {
        let from = format!("FROM {}{}", stage.platform, stage.image);
        self.because.push((from, self.chosen.rung.because.clone()));
        for need in &self.chosen.packages {
            self.because
                .push((need.value.clone(), need.because.clone()));
        }
        if !stage.user.is_empty() {
            self.because
                .push((format!("USER {}", stage.user), self.user.because.clone()));
        }
        for line in &self.user.setup {
            let first = line
                .lines()
                .next()
                .unwrap_or_default()
                .trim_end_matches(['\\', ' ']);
            let because = Because::rule("an account with a home for the user");
            self.because.push((first.to_owned(), because));
        }
        let workdir = format!("WORKDIR {}", stage.workdir);
        self.because
            .push((workdir, Because::rule("the original's working directory")));
        self.because.extend(self.analysis.because.iter().cloned());
    }
}

/// Whether `--platform` asks for the platform of the machine that builds (docs.docker.com,
/// "Automatic platform ARGs in the global scope").
fn names_builder(flag: &Flag) -> bool {
    flag.value
        .as_deref()
        .is_some_and(|value| value.contains("BUILDPLATFORM"))
}

/// The end of the COPY line for a path.
fn copy_needle(path: &str) -> String {
    format!(" {path} {path}")
}

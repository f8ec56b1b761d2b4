//! The final stage: what its template is filled with, derived from the contract of the original,
//! the toolchain's payload and the rung.

use serde::Serialize;

use super::analysis::{Analysis, Launch, Payload};
use super::because::Because;
use super::build::{Build, Step};
use super::builder;
use super::ladder::Chosen;
use super::layout::is_within;
use super::packages;
use super::user::RuntimeUser;
use super::writable::OwnDirectory;
use crate::dockerfile::contract::State;
use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Form, Healthcheck, InstructionKind, Pair};
use crate::dockerfile::{shell, word};
use crate::outcome::{Code, Decline};

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
    /// RUN lines that make accounts.
    pub setup: Vec<String>,
    /// ENV lines.
    pub env: Vec<String>,
    /// What is copied from the builder, to the same path.
    pub copies: Vec<CopyLine>,
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
        setup: deriver.setup(),
        env,
        copies: deriver.copies(),
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
        for (line, because) in &self.analysis.setup {
            self.because.push((line.clone(), because.clone()));
            lines.push(line.clone());
        }
        lines
    }

    /// ENV lines in the original's order. A value that refers to a variable that stays behind is
    /// written out.
    fn env(&mut self) -> Result<Vec<String>, Decline> {
        let mut lines = Vec::new();
        for (index, step) in self.build.steps.iter().enumerate() {
            let InstructionKind::Env(pairs) = &step.instruction.kind else {
                continue;
            };
            let kept: Vec<&Pair> = pairs
                .iter()
                .filter(|pair| !self.build.toolchain.is_build_variable(&pair.name))
                .collect();
            let rewritten: Vec<Option<String>> = kept
                .iter()
                .map(|pair| self.written_out(pair, step))
                .collect::<Result<_, _>>()?;
            if kept.is_empty() {
                continue;
            }
            if kept.len() == pairs.len() && rewritten.iter().all(Option::is_none) {
                lines.push(self.verbatim(index, step));
                continue;
            }
            let text: Vec<String> = kept
                .iter()
                .zip(rewritten)
                .map(|(pair, value)| value.unwrap_or_else(|| self.assignment(pair)))
                .collect();
            let keyword = builder::keyword(self.build.dockerfile, "ENV");
            lines.push(format!("{keyword} {}", text.join(" ")));
        }
        for (name, value, because) in &self.analysis.env {
            let keyword = builder::keyword(self.build.dockerfile, "ENV");
            let line = format!("{keyword} {name}={}", quoted(value));
            self.because.push((line.clone(), because.clone()));
            lines.push(line);
        }
        Ok(lines)
    }

    /// `name=value` as in the original; the legacy form (`ENV name value`) in the modern one.
    fn assignment(&self, pair: &Pair) -> String {
        let text = pair.span.of(&self.build.dockerfile.text);
        let modern = text
            .strip_prefix(pair.name.as_str())
            .is_some_and(|rest| rest.starts_with('='));
        if modern {
            format!("{}={}", pair.name, pair.value)
        } else {
            let plain = word::unquote(&pair.value, self.build.dockerfile.lines.escape);
            format!("{}={}", pair.name, quoted(&plain))
        }
    }

    /// A pair whose value hangs on variables that the final stage does not have, written out.
    fn written_out(&self, pair: &Pair, step: &Step<'_>) -> Result<Option<String>, Decline> {
        let escape = self.build.dockerfile.lines.escape;
        let lost = |name: &String| {
            let is_path = name == "PATH";
            self.build.toolchain.is_build_variable(name)
                || (!is_path && self.is_from_base_alone(name, &step.state))
        };
        if !word::variables(&pair.value, escape).iter().any(lost) {
            return Ok(None);
        }
        if let Some(value) = step.state.expand(&pair.value, escape) {
            return Ok(Some(format!("{}={}", pair.name, quoted(&value))));
        }
        let message = format!(
            "the value of `{}` hangs on a variable that stays behind",
            pair.name
        );
        let line = step.instruction.first_line;
        Err(Decline::new(Code::UnresolvedVariable, message).at(line))
    }

    /// Whether a variable has its value from the builder's base image, and the final one lacks it.
    fn is_from_base_alone(&self, name: &str, state: &State) -> bool {
        let base = self.build.base.image.config.var(name);
        let value = state.lookup(name);
        base.is_some()
            && value.as_deref() == base
            && self.chosen.image.config.var(name).map(str::to_owned) != value
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

    fn contract(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let replaced = self.chosen.rung.launch != Launch::AsIs;
        let no_shell = !self.chosen.image.has_shell();
        for (index, step) in self.build.steps.iter().enumerate() {
            match &step.instruction.kind {
                InstructionKind::Cmd(_) | InstructionKind::Entrypoint(_) if replaced => {}
                InstructionKind::Cmd(Form::Shell(_)) if no_shell => {
                    lines.extend(self.exec_form(index, "CMD"));
                }
                InstructionKind::Entrypoint(Form::Shell(_)) if no_shell => {
                    lines.extend(self.exec_form(index, "ENTRYPOINT"));
                }
                InstructionKind::Healthcheck(check) if no_shell => {
                    lines.push(self.healthcheck(index, step, check));
                }
                InstructionKind::Shell(_) if no_shell => {}
                InstructionKind::Cmd(_)
                | InstructionKind::Entrypoint(_)
                | InstructionKind::Expose(_)
                | InstructionKind::Volume(_)
                | InstructionKind::Healthcheck(_)
                | InstructionKind::Stopsignal(_)
                | InstructionKind::Label(_)
                | InstructionKind::Maintainer
                | InstructionKind::Shell(_) => lines.push(self.verbatim(index, step)),
                _ => {}
            }
        }
        if let Launch::Replace {
            entrypoint,
            cmd,
            because,
        } = &self.chosen.rung.launch
        {
            lines.extend(self.replaced("ENTRYPOINT", entrypoint.as_deref(), because));
            lines.extend(self.replaced("CMD", cmd.as_deref(), because));
        } else {
            lines.extend(self.inherited());
        }
        lines
    }

    /// Comments above an instruction that is written anew.
    fn comments(&self, index: usize) -> String {
        let Some(step) = self.build.steps.get(index) else {
            return String::new();
        };
        let dockerfile = self.build.dockerfile;
        let start = builder::comment_start(dockerfile, step.instruction);
        dockerfile
            .text
            .get(start..step.instruction.span.start)
            .unwrap_or_default()
            .to_owned()
    }

    fn exec_form(&mut self, index: usize, name: &str) -> Option<String> {
        let words = self.chosen.entry.plain.as_ref()?;
        let keyword = builder::keyword(self.build.dockerfile, name);
        let line = format!("{keyword} {}", exec_form::print(words));
        let because =
            Because::rule("shell form without shell features becomes exec form: there is no shell");
        self.because.push((line.clone(), because));
        Some(format!("{}{line}", self.comments(index)))
    }

    fn healthcheck(&self, index: usize, step: &Step<'_>, check: &Healthcheck) -> String {
        let words = match &check.probe {
            Some(Form::Shell(text)) => shell::plain_words(text),
            _ => None,
        };
        let Some(words) = words else {
            return self.verbatim(index, step);
        };
        let text = &self.build.dockerfile.text;
        let keyword = builder::keyword(self.build.dockerfile, "HEALTHCHECK");
        let flags: Vec<&str> = check.flags.iter().map(|flag| flag.span.of(text)).collect();
        let flags = if flags.is_empty() {
            String::new()
        } else {
            format!("{} ", flags.join(" "))
        };
        let cmd = builder::keyword(self.build.dockerfile, "CMD");
        format!(
            "{}{keyword} {flags}{cmd} {}",
            self.comments(index),
            exec_form::print(&words)
        )
    }

    fn replaced(
        &mut self,
        name: &str,
        words: Option<&[String]>,
        because: &Because,
    ) -> Option<String> {
        let keyword = builder::keyword(self.build.dockerfile, name);
        let line = format!("{keyword} {}", exec_form::print(words?));
        self.because.push((line.clone(), because.clone()));
        let is_it = |step: &Step<'_>| match &step.instruction.kind {
            InstructionKind::Cmd(_) => name == "CMD",
            InstructionKind::Entrypoint(_) => name == "ENTRYPOINT",
            _ => false,
        };
        let index = self.build.steps.iter().rposition(is_it);
        Some(format!(
            "{}{line}",
            index.map_or_else(String::new, |index| self.comments(index))
        ))
    }

    /// ENTRYPOINT that the original had from its base image and the final base image lacks.
    fn inherited(&mut self) -> Option<String> {
        let own = |kind: &InstructionKind| matches!(kind, InstructionKind::Entrypoint(_));
        if self
            .build
            .steps
            .iter()
            .any(|step| own(&step.instruction.kind))
        {
            return None;
        }
        let before = &self.build.base.image.config.entrypoint;
        let after = &self.chosen.image.config.entrypoint;
        if before == after || (before.is_empty() && after.is_empty()) {
            return None;
        }
        let keyword = builder::keyword(self.build.dockerfile, "ENTRYPOINT");
        let line = format!("{keyword} {}", exec_form::print(before));
        let because =
            Because::rule("the original's base image hands this down, the final one does not");
        self.because.push((line.clone(), because));
        Some(line)
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
        let used: Vec<String> = env.iter().chain(contract).flat_map(body).collect();
        let mut lines = Vec::new();
        for step in &self.build.steps {
            let InstructionKind::Arg(args) = &step.instruction.kind else {
                continue;
            };
            if args.iter().any(|arg| used.contains(&arg.name)) {
                lines.push(
                    step.instruction
                        .span
                        .of(&self.build.dockerfile.text)
                        .to_owned(),
                );
            }
        }
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
        for carried in &self.chosen.carried {
            let owner = match (&carried.owner, self.user.is_added) {
                // Files of the context may be readable by their owner alone.
                (_, true) if !carried.is_program => self.user.owner.clone(),
                (Some(owner), false) => owner.clone(),
                _ => String::new(),
            };
            let covered = copies.iter().any(|copy: &CopyLine| {
                copy.owner == owner
                    && is_within(&carried.payload.path, &copy.path)
                    && self
                        .analysis
                        .payload
                        .iter()
                        .any(|known| known.is_dir && known.path == copy.path)
            });
            if !covered {
                copies.push(self.copy(&carried.payload, owner));
            }
        }
        for directory in &self.user.directories {
            let OwnDirectory {
                path,
                source,
                because,
            } = directory.clone();
            self.because.push((format!(" {source} {path}"), because));
            copies.push(CopyLine {
                source,
                path,
                owner: if self.user.owner.is_empty() {
                    &self.user.user
                } else {
                    &self.user.owner
                }
                .clone(),
            });
        }
        copies
    }

    fn payload_owner(&self, payload: &Payload) -> String {
        // Files of the context may be readable by their owner alone.
        let from_context = self.user.is_added && self.build.context_path(&payload.path).is_some();
        // What is copied into the working directory makes it: the program may write beside itself.
        let makes_workdir = self.user.is_added && is_within(&payload.path, self.build.workdir());
        if payload.writable || from_context || makes_workdir {
            self.user.owner.clone()
        } else {
            String::new()
        }
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

/// The end of the COPY line for a path.
fn copy_needle(path: &str) -> String {
    format!(" {path} {path}")
}

/// `value` in double quotes where a word would not hold it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+=".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

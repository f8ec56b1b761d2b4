//! Cache mounts in the place of a layer of dependencies (`--cache mounts`). In: the run of cargo
//! that makes the program. Out: mounts over cargo's registry and the target directory, and the
//! program copied out of the latter; or why not.
//!
//! What a cache mount holds was put there by any earlier build. So that no program of another
//! build can be taken for this one's:
//!
//! - the mount of the target directory has an `id` of its own for package and base image. Mounts
//!   without one are told apart by their path, and half of all projects build in `/app/target`;
//! - `cargo clean -p` goes before the build: cargo goes by the sources' times, and those of an
//!   older commit, checked out earlier, are older than what a newer one left in the mount. Cargo
//!   then takes the newer program, and says nothing;
//! - `sharing=locked`: between that and the copy nobody else writes to the mount.
//!
//! What is left is what cargo itself does not see: C code that build scripts compile against
//! packages of the distribution is not compiled anew when these change. A layer is, as it stands
//! on the instructions that install them.

use super::builds::CargoBuild;
use super::commands;
use super::forget;
use super::manifest;
use super::outputs::Output;
use crate::dockerfile::instruction::{Form, InstructionKind, Run};
use crate::dockerfile::span::Span;
use crate::edit::Edit;
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::user::is_root;
use crate::plan::{builder, removal};
use crate::toolchain::compiled::tree::{file_name, parent};

/// What changes, and why.
pub(crate) struct Mounts {
    /// The changes, in the order in which they stand at one place.
    pub edits: Vec<Edit>,
    /// For `--explain`.
    pub because: Vec<(String, Because)>,
}

/// Where programs wait for the mount to go.
const OUTSIDE: &str = "/tmp/built";

/// The mounts for the run of cargo that makes the program; `used` are the paths of the programs that
/// the final stage takes. The error says why there can be none.
pub(crate) fn of(
    build: &Build<'_>,
    own: &CargoBuild,
    used: &[String],
) -> Result<Mounts, &'static str> {
    let candidate = Candidate::new(build, own)?;
    candidate.is_ordinary_project()?;
    candidate.is_alone()?;
    let taken = candidate.taken_out(used)?;
    Ok(candidate.write(&taken))
}

struct Candidate<'c, 'a> {
    build: &'c Build<'a>,
    own: &'c CargoBuild,
    step: &'c Step<'a>,
    run: &'c Run,
    command: &'c RunCommand,
}

/// Words that need no quotes in a Dockerfile, in a shell and among the fields of a mount.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    !word.is_empty() && word.chars().all(plain)
}

impl<'c, 'a> Candidate<'c, 'a> {
    fn new(build: &'c Build<'a>, own: &'c CargoBuild) -> Result<Self, &'static str> {
        let unclear = "the RUN that builds is not followed";
        if !build.options.buildkit {
            return Err("BuildKit is done without");
        }
        let step = build.steps.get(own.step).ok_or(unclear)?;
        let command = step.commands.get(own.command).ok_or(unclear)?;
        let InstructionKind::Run(run) = &step.instruction.kind else {
            return Err(unclear);
        };
        if !run.flags.is_empty() {
            return Err("the RUN that builds has flags of its own");
        }
        let is_simple = step.understood
            && step.instruction.heredocs.is_empty()
            && matches!(run.form, Form::Shell(_))
            && step.commands.iter().all(is_straight)
            && command.command.words.first().map(|word| word.raw.as_str()) == Some("cargo");
        // What is added behind it must not land in a comment or behind a parenthesis.
        let end = step.commands.iter().map(|command| command.command.span.end);
        let rest = Span::new(end.max().unwrap_or_default(), step.instruction.span.end);
        if !is_simple || !rest.of(&build.dockerfile.text).trim().is_empty() {
            return Err(unclear);
        }
        if !is_root(&step.state.contract.user) {
            return Err("the build does not run as root");
        }
        if build.base.parameterised {
            return Err("the base image hangs on a build arg, and the mount would outlive it");
        }
        Ok(Self {
            build,
            own,
            step,
            run,
            command,
        })
    }

    /// Whether `cargo clean -p` forgets everything that is the project's own.
    fn is_ordinary_project(&self) -> Result<(), &'static str> {
        let package = &self.own.package;
        let several = self.own.folders.len() > 1 || self.own.parts.len() > 1;
        if several || package.is_entangled || package.has_path_dependencies() || package.proc_macro
        {
            return Err("the project is made of several packages");
        }
        if self.own.settings.replaces_sources {
            return Err("a config file of cargo replaces where packages come from");
        }
        let paths = [&self.own.settings.target_dir, &package.name];
        if !paths.into_iter().all(|path| is_plain(path)) {
            return Err("a path has signs that would need quotes");
        }
        Ok(())
    }

    /// Whether no other run of cargo, and nothing else, uses what the mounts lie over.
    fn is_alone(&self) -> Result<(), &'static str> {
        let others = self.build.commands().filter(|(step, command)| {
            let at_own = *step == self.own.step && std::ptr::eq(*command, self.command);
            let cargo = commands::invocation(command);
            !at_own && cargo.is_some_and(|cargo| !cargo.is_ok_and(|cargo| cargo.is_foreign()))
        });
        if others.count() > 0 {
            return Err("cargo runs more than once");
        }
        let target = self.own.settings.target_dir.as_str();
        let folder = file_name(target);
        for (index, command) in self.build.commands() {
            let within = index == self.own.step;
            if within
                && matches!(&command.action, Action::Remove(paths) if removal::perhaps(paths, target))
            {
                return Err("the RUN that builds removes the target directory");
            }
            let words = command.command.words.iter().map(|word| word.raw.as_str());
            for word in words {
                if word.contains("cargo/registry") || word.contains("cargo/git") {
                    return Err("a command uses cargo's registry itself");
                }
                let removes = matches!(command.action, Action::Remove(_));
                let is_program = |output: &Output| {
                    let mut ends = output.made.rsplitn(3, '/');
                    let (name, profile) = (ends.next(), ends.next());
                    let end = name
                        .zip(profile)
                        .map(|(name, profile)| format!("{profile}/{name}"));
                    end.is_some_and(|end| word.trim_matches('"').ends_with(&end))
                };
                let is_inside = word.split('/').any(|part| part == folder);
                let is_own = within && std::ptr::eq(command, self.command);
                let is_later = index > self.own.step;
                if is_inside
                    && is_later
                    && !removes
                    && !is_own
                    && !self.own.programs.iter().any(is_program)
                {
                    return Err("a later RUN uses more of the target directory than the program");
                }
            }
        }
        Ok(())
    }

    /// The programs that must lie outside of the mount afterwards.
    fn taken_out(&self, used: &[String]) -> Result<Vec<&'c Output>, &'static str> {
        if self.own.cargo.verb == "install" {
            return Ok(Vec::new());
        }
        let mentioned = |output: &Output| {
            self.build.commands().any(|(index, command)| {
                let words = command.command.words.iter();
                let mut names = words.map(|word| file_name(word.raw.trim_matches('"')));
                let is_link = command.program.as_deref() == Some("ln");
                let is_after = index > self.own.step || (index == self.own.step && is_link);
                is_after && names.any(|name| name == output.name)
            })
        };
        let programs = self.own.programs.iter();
        let taken: Vec<&Output> = programs
            .filter(|output| used.contains(&output.made) || mentioned(output))
            .collect();
        let is_double = taken
            .iter()
            .any(|one| taken.iter().filter(|two| two.name == one.name).count() > 1);
        if is_double || !taken.iter().all(|output| is_plain(&output.made)) {
            return Err("the names of the programs do not tell them apart");
        }
        Ok(taken)
    }

    fn write(&self, taken: &[&Output]) -> Mounts {
        let line_end = self.build.dockerfile.line_end();
        let continued = format!(" {}{line_end}    ", self.build.dockerfile.lines.escape);
        let flags = self.flags();
        let rule = "what cargo fetched and compiled is kept beside the layers";
        let kept = Because::line(rule, self.own.line);
        let text = format!("{}{continued}", flags.join(&continued));
        let mut edits = vec![Edit::insert(self.run.command_start, text)];
        let because = flags.into_iter().map(|flag| (flag, kept.clone()));
        let mut because: Vec<(String, Because)> = because.collect();
        let forget = forget::command(self.own, self.command);
        let rule = "cargo goes by the times of the sources, which say nothing in a mount that other builds have used";
        because.push((forget.clone(), Because::line(rule, self.own.line)));
        edits.push(Edit::insert(
            self.command.command.span.start,
            format!("{forget} && "),
        ));
        if !taken.is_empty() {
            let rule = "the program is taken out of the mount to where it belongs";
            let out = out(taken);
            let back = back(taken);
            for text in [&out, &back] {
                because.push((text.clone(), Because::line(rule, self.own.line)));
            }
            edits.push(Edit::insert(
                self.step.instruction.span.end,
                format!("{continued}&& {out}"),
            ));
            let run = builder::keyword(self.build.dockerfile, "RUN");
            let end = builder::block(self.build.dockerfile, self.step.instruction).end;
            let text = self.build.dockerfile.text.get(..end);
            let before = match text {
                Some(text) if !text.ends_with('\n') => line_end,
                _ => "",
            };
            edits.push(Edit::insert(end, format!("{before}{run} {back}{line_end}")));
        }
        Mounts { edits, because }
    }

    /// The flags for RUN.
    fn flags(&self) -> Vec<String> {
        let home = self.step.state.contract.env.iter().rev();
        let mut homes = home.filter(|(name, _)| name == "CARGO_HOME");
        let home = homes.next().and_then(|(_, value)| value.clone());
        let home = home.filter(|home| home.starts_with('/') && is_plain(home));
        // The lock that cargo takes lies beside its registry, where no mount is.
        let locked = |place: &str| format!("--mount=type=cache,{place},sharing=locked");
        let mut flags = Vec::new();
        if let Some(home) = home {
            let home = home.trim_end_matches('/');
            flags.push(locked(&format!("target={home}/registry")));
            let lock = manifest::join(&self.own.package.folder, "Cargo.lock");
            let lock = self.build.context.read(&lock).unwrap_or_default();
            if lock.contains("\"git+") {
                flags.push(locked(&format!("target={home}/git/db")));
            }
        }
        let target = &self.own.settings.target_dir;
        flags.push(locked(&format!("id={},target={target}", self.id())));
        flags
    }

    /// The name of the mount: the package and the base image, in signs that an id can have.
    fn id(&self) -> String {
        let name = format!("{}-{}", self.own.package.name, self.build.base.reference);
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        };
        name.chars().map(plain).collect()
    }
}

/// Takes programs out of the mount, within the RUN that has it.
fn out(taken: &[&Output]) -> String {
    let programs: Vec<&str> = taken.iter().map(|output| output.made.as_str()).collect();
    format!("mkdir -p {OUTSIDE} && cp {} {OUTSIDE}/", programs.join(" "))
}

/// Puts them where cargo would have left them.
fn back(taken: &[&Output]) -> String {
    let commands: Vec<String> = taken
        .iter()
        .map(|output| {
            let folder = parent(&output.made);
            let name = &output.name;
            format!("mkdir -p {folder} && mv {OUTSIDE}/{name} {folder}/")
        })
        .collect();
    commands.join(" && ")
}

/// A command that runs whenever its RUN does, and whose text stands in the Dockerfile.
fn is_straight(command: &RunCommand) -> bool {
    let reach = &command.command.reach;
    command.script.is_none() && !reach.conditional && !reach.piped && !reach.substituted
}

#[cfg(test)]
mod tests;

//! `cargo run` as the image's command. In: what starts. Out: the program that it would build, and
//! ENTRYPOINT and CMD that start that program itself.

use super::builds::{self, CargoBuild};
use super::cargo_text::without_cargo;
use super::invocation::{Invocation, Unclear};
use super::outputs::{self, Output};
use super::program::{Finder, Found};
use super::settings::{self, Variable};
use super::sources::is_source;
use crate::dockerfile::instruction::Form;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::StartCommand;
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::file_name;

impl Finder<'_, '_> {
    /// `cargo run` is what it builds and starts; anything else needs cargo.
    pub(super) fn cargo(&self, start: &StartCommand, found: &mut Found) -> Result<(), Decline> {
        let at = start.words.iter().position(|word| {
            word.as_deref()
                .is_some_and(|word| file_name(word) == "cargo")
        });
        let words = start
            .words
            .get(at.map_or(0, |at| at + 1)..)
            .unwrap_or_default();
        let verb = words
            .iter()
            .flatten()
            .find(|word| !word.starts_with(['+', '-']));
        match verb.map(String::as_str) {
            Some("run" | "r") => {}
            Some("watch" | "leptos") => {
                let message = "cargo builds the project anew when it changes";
                return Err(self.decline(Code::DevCommand, message));
            }
            _ => {
                let message = "cargo runs when the container starts";
                return Err(self.decline(Code::ToolchainAtRuntime, message));
            }
        }
        let cargo = Invocation::parse(words).map_err(|unclear| match unclear {
            Unclear::Variable => {
                let message = "an argument of `cargo run` is known only when the container starts";
                self.decline(Code::ToolchainAtRuntime, message)
            }
            Unclear::Option(option) => {
                let message = format!("the option `{option}` of cargo is not known");
                self.decline(Code::ToolchainAtRuntime, message)
            }
        })?;
        self.run(start, &cargo, found)
    }

    fn run(
        &self,
        start: &StartCommand,
        cargo: &Invocation,
        found: &mut Found,
    ) -> Result<(), Decline> {
        let environment = &self.build.end.contract.env;
        let variable = |name: &str| {
            let known = environment.iter().find(|(known, _)| known == name);
            Variable::of(known.map(|(_, value)| value))
        };
        let settings = settings::of(self.build, &start.directory, &variable, cargo)?;
        let all = builds::of(self.build, &settings, cargo);
        let all = all.map_err(|decline| decline.at(self.entry.line))?;
        let (own, output) = self.runs(&all)?;
        let same = self.builds.own.iter().rev().find(|known| {
            !is_stale(self.build, known)
                && known.cargo.features == own.cargo.features
                && known.settings.rustflags == own.settings.rustflags
                && known
                    .programs
                    .iter()
                    .any(|known| known.places.contains(&output.made))
        });
        let launch = if self.entry.scripts.is_empty() {
            self.without_cargo(&output, cargo)?
        } else if let Some(edit) = self.in_script(&output.made) {
            found.script = Some(edit);
            found.launch.clone()
        } else {
            self.as_arguments(&output, cargo)
                .ok_or_else(|| self.uncertain())?
        };
        let made_by = same.cloned().unwrap_or_else(|| own.clone());
        if same.is_none() {
            if mounted(self.build, &output.made) {
                let message = format!("`{}` lies in a cache mount", output.made);
                return Err(self.decline(Code::ToolchainAtRuntime, message));
            }
            let at = built_in(self.build, &start.directory, &own);
            found.missing_build = Some((own, at));
        }
        found.launch = launch;
        found.add(output.made.clone(), &output, &made_by, true);
        Ok(())
    }

    /// The program that `cargo run` runs. Source: the Cargo book, `default-run`.
    fn runs(&self, all: &[CargoBuild]) -> Result<(CargoBuild, Output), Decline> {
        let is_open = |own: &&CargoBuild| {
            own.cargo.selection.bins.is_empty() && own.cargo.selection.examples.is_empty()
        };
        let defaults = all.iter().filter(is_open);
        let mut defaults = defaults.filter_map(|own| own.package.default_run.as_deref());
        let (first, second) = (defaults.next(), defaults.next());
        let default = first.filter(|_| second.is_none());
        let programs = all
            .iter()
            .flat_map(|own| own.programs.iter().map(move |output| (own, output)));
        let fitting: Vec<(&CargoBuild, &Output)> = programs
            .filter(|(_, output)| default.is_none_or(|name| output.name == name))
            .collect();
        match fitting.as_slice() {
            [(own, only)] => Ok(((*own).clone(), (*only).clone())),
            [] => Err(self.decline(Code::ArtifactNotFound, "the package has no program to run")),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|(_, o)| format!("`{}`", o.name))
                    .collect();
                let message = format!("`cargo run` could start {}", names.join(", "));
                Err(self.decline(Code::AmbiguousArtifact, message))
            }
        }
    }

    fn uncertain(&self) -> Decline {
        let message = "`cargo run` starts within a script or with arguments from elsewhere";
        self.decline(Code::ToolchainAtRuntime, message)
    }

    /// `cargo run` as CMD behind an entrypoint script that runs its arguments.
    fn as_arguments(&self, output: &Output, cargo: &Invocation) -> Option<Launch> {
        let contract = &self.build.end.contract;
        let (Some(Form::Exec(script)), Some(Form::Exec(words))) =
            (&contract.entrypoint, &contract.cmd)
        else {
            return None;
        };
        let is_first = file_name(words.first()?) == "cargo" && script.len() == 1;
        (is_first && self.scripts_run_their_arguments()).then_some(())?;
        let behind: Option<Vec<String>> = cargo.behind.iter().cloned().collect();
        let mut cmd = vec![output.made.clone()];
        cmd.extend(cargo.operands.iter().cloned());
        cmd.extend(behind?);
        let rule = "`cargo run` builds this program and starts it";
        Some(Launch::Replace {
            entrypoint: Some(script.clone()),
            cmd: Some(cmd),
            because: Because::line(rule, self.entry.line),
        })
    }

    fn without_cargo(&self, output: &Output, cargo: &Invocation) -> Result<Launch, Decline> {
        let uncertain = || self.uncertain();
        if self.entry.shell.is_some() || self.entry.commands.len() != 1 {
            return self.in_text(output).ok_or_else(uncertain);
        }
        let (entrypoint, cmd) = self.forms();
        let is_cargo = |word: &String| file_name(word) == "cargo";
        // The words before cargo (an init program) stay, and what cargo hands to the program.
        let program = |words: &[String], arguments: Vec<String>| {
            let at = words.iter().position(is_cargo)?;
            let mut new: Vec<String> = words.get(..at)?.to_vec();
            new.push(output.made.clone());
            new.extend(arguments);
            Some(new)
        };
        let behind = |cargo: &Invocation| -> Option<Vec<String>> {
            let behind: Option<Vec<String>> = cargo.behind.iter().cloned().collect();
            Some(cargo.operands.iter().cloned().chain(behind?).collect())
        };
        let rule = "`cargo run` builds this program and starts it";
        let because = Because::line(rule, self.entry.line);
        let Some(words) = entrypoint else {
            let words = cmd.ok_or_else(uncertain)?;
            let cmd = behind(cargo).and_then(|arguments| program(&words, arguments));
            let cmd = Some(cmd.ok_or_else(uncertain)?);
            return Ok(Launch::Replace {
                entrypoint: None,
                cmd,
                because,
            });
        };
        if let Some(cmd) = cmd.as_ref().filter(|cmd| cmd.iter().any(is_cargo)) {
            // An init program as ENTRYPOINT.
            let cmd = behind(cargo).and_then(|arguments| program(cmd, arguments));
            let cmd = Some(cmd.ok_or_else(uncertain)?);
            return Ok(Launch::Replace {
                entrypoint: Some(words),
                cmd,
                because,
            });
        }
        let at = words.iter().position(is_cargo).ok_or_else(uncertain)?;
        let own: Vec<Option<String>> = words.iter().skip(at + 1).cloned().map(Some).collect();
        // Options of cargo in CMD, where whoever runs the container replaces them.
        let ends = own.iter().any(|word| word.as_deref() == Some("--"));
        let alone = Invocation::parse(&own).map_err(|_| uncertain())?;
        if alone.verb != "run" || (!ends && cmd.is_some()) {
            return Err(uncertain());
        }
        let entrypoint = behind(&alone).and_then(|arguments| program(&words, arguments));
        let entrypoint = Some(entrypoint.ok_or_else(uncertain)?);
        Ok(Launch::Replace {
            entrypoint,
            cmd,
            because,
        })
    }
}

impl Finder<'_, '_> {
    /// The launch where cargo stands in a text that a shell reads.
    fn in_text(&self, output: &Output) -> Option<Launch> {
        if !self.entry.understood {
            return None;
        }
        let contract = &self.build.end.contract;
        let read_by_shell = |text: &str| -> Option<Vec<String>> {
            let mut words = contract.shell.clone();
            if words.is_empty() {
                words = ["/bin/sh", "-c"].map(str::to_owned).to_vec();
            }
            words.push(without_cargo(text, &output.made)?);
            Some(words)
        };
        let replaced = |form: Option<&Form>| match form? {
            Form::Shell(text) => read_by_shell(text),
            Form::Exec(words) => {
                let at = words.iter().position(|word| {
                    word.contains(' ') && without_cargo(word, &output.made).is_some()
                })?;
                let mut words = words.clone();
                let word = words.get_mut(at)?;
                *word = without_cargo(word, &output.made)?;
                Some(words)
            }
        };
        let rule = "`cargo run` builds this program and starts it";
        let because = Because::line(rule, self.entry.line);
        let (own, cmd) = (contract.entrypoint.as_ref(), contract.cmd.as_ref());
        if let Some(entrypoint) = replaced(own) {
            // The shell that reads an ENTRYPOINT in shell form has no use for CMD.
            let cmd = match (own, cmd) {
                (Some(Form::Exec(_)), Some(Form::Exec(words))) => Some(words.clone()),
                (Some(Form::Exec(_)), Some(Form::Shell(_))) => return None,
                _ => None,
            };
            let entrypoint = Some(entrypoint);
            return Some(Launch::Replace {
                entrypoint,
                cmd,
                because,
            });
        }
        let entrypoint = match own {
            Some(Form::Shell(_)) => return None,
            Some(Form::Exec(words)) => Some(words.clone()),
            None => None,
        };
        let cmd = Some(replaced(cmd)?);
        Some(Launch::Replace {
            entrypoint,
            cmd,
            because,
        })
    }
}

/// The directory in which what a `cargo run` in `here` builds is to be built: that of its package,
/// which the builder has for certain, unless something of the command line hangs on `here`.
fn built_in(build: &Build<'_>, here: &str, own: &CargoBuild) -> String {
    let relative = |path: &Option<String>| path.as_ref().is_some_and(|p| !p.starts_with('/'));
    let environment = build.end.contract.env.iter();
    let by_variable = environment
        .filter(|(name, _)| name.ends_with("TARGET_DIR"))
        .any(|(_, value)| relative(value));
    let package = own.settings.directory.as_str();
    let other_config = settings::config_files(build, here)
        .iter()
        .any(|(root, _)| !is_within(package, root));
    let hangs = relative(&own.cargo.manifest_path) || relative(&own.cargo.target_dir);
    if hangs || by_variable || other_config {
        here.to_owned()
    } else {
        package.to_owned()
    }
}

/// Whether sources came after a run of cargo, so that `cargo run` would compile them: an empty
/// `main` that was built for its dependencies must not be what runs.
fn is_stale(build: &Build<'_>, own: &CargoBuild) -> bool {
    let root = own.settings.root.as_str();
    let copied = build.layout.entries.iter().any(|entry| {
        let inside = is_within(&entry.destination, root) || is_within(root, &entry.destination);
        let mut files = build.context.files_under(&entry.source);
        entry.step > own.step
            && inside
            && (is_source(&entry.source) || entry.is_dir && files.any(is_source))
    });
    let made = |command: &RunCommand| match &command.action {
        Action::Write(paths) => paths
            .iter()
            .any(|path| is_within(path, root) && is_source(path)),
        _ => false,
    };
    copied
        || build
            .commands()
            .any(|(step, command)| step > own.step && made(command))
}

/// Whether a RUN has a mount over `path`.
fn mounted(build: &Build<'_>, path: &str) -> bool {
    build
        .steps
        .iter()
        .flat_map(outputs::mounts)
        .any(|mount| is_within(path, &mount))
}

#[cfg(test)]
mod tests {
    use super::super::program::tests::{found, launch, words};
    use super::*;

    #[test]
    fn cargo_run_is_what_it_starts() {
        let path = "/app/target/release/a";
        let tail =
            "RUN cargo build --release\nCMD [\"cargo\", \"run\", \"--release\", \"--\", \"x\"]";
        assert_eq!(launch(tail), (None, Some(words(&format!("{path} x")))));
        assert!(found(tail).unwrap().missing_build.is_none());
        let tail = "ENTRYPOINT [\"cargo\", \"run\", \"-rq\"]";
        assert_eq!(launch(tail), (Some(words(path)), None));
        let tail = "ENTRYPOINT [\"cargo\", \"run\"]\nCMD [\"--release\"]";
        assert_eq!(found(tail).unwrap_err().code, Code::ToolchainAtRuntime);
        let tail =
            "RUN cargo build\nENTRYPOINT [\"cargo\", \"run\", \"-r\", \"--\"]\nCMD [\"serve\"]";
        assert_eq!(launch(tail), (Some(words(path)), Some(words("serve"))));
        assert!(found(tail).unwrap().missing_build.is_some());
    }
}

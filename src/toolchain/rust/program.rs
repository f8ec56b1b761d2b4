//! Which program runs. In: what starts, and what the runs of cargo make. Out: the programs that
//! have to go along, and how ENTRYPOINT and CMD start them where cargo is gone.

use super::builds::{Builds, CargoBuild};
use super::cargo_script::ScriptEdit;
use super::installed::{self, Tool};
use super::outputs::Output;
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::artifact::{candidates, is_on_default_path};
use crate::toolchain::compiled::tree::{file_name, parent};
use crate::toolchain::compiled::wrapper;

/// What runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// The project's programs, by the paths under which they are started.
    pub own: Vec<Own>,
    /// Programs of others, by their paths.
    pub tools: Vec<(String, Tool, usize)>,
    /// How they are started where cargo is gone.
    pub launch: Launch,
    /// A directory that PATH must name, because only the toolchain's PATH did.
    pub path: Option<(String, Because)>,
    /// The change of an entrypoint script that started cargo.
    pub script: Option<ScriptEdit>,
    /// The run of cargo that CMD did and that a RUN has to do instead, and the directory for it.
    pub missing_build: Option<(CargoBuild, String)>,
}

/// A program of the project.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    /// Its path at the end.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What makes it.
    pub build: CargoBuild,
    /// Whether cargo started it at run time.
    pub by_cargo: bool,
}

/// Programs that rebuild what changes.
const WATCHERS: [&str; 9] = [
    "bacon",
    "cargo-watch",
    "watchexec",
    "entr",
    "systemfd",
    "trunk",
    "dx",
    "evcxr",
    "rust-analyzer",
];

/// Finds what runs.
pub(crate) fn find(build: &Build<'_>, entry: &Entry, builds: &Builds) -> Result<Found, Decline> {
    if entry.line == 0 {
        let message = "there is no CMD and no ENTRYPOINT";
        return Err(Decline::new(Code::NoCommand, message).at(build.base.line));
    }
    let finder = Finder {
        build,
        entry,
        builds,
    };
    let mut found = Found::default();
    for start in &entry.commands {
        finder.command(start, &mut found)?;
    }
    if found.own.is_empty() {
        return Err(finder.nothing());
    }
    finder.beside(&mut found);
    Ok(found)
}

pub(super) struct Finder<'f, 'a> {
    pub(super) build: &'f Build<'a>,
    pub(super) entry: &'f Entry,
    pub(super) builds: &'f Builds,
}

impl Finder<'_, '_> {
    pub(super) fn decline(&self, code: Code, message: impl Into<String>) -> Decline {
        Decline::new(code, message).at(self.entry.line)
    }

    fn command(&self, start: &StartCommand, found: &mut Found) -> Result<(), Decline> {
        for word in wrapper::programs(start) {
            match file_name(word) {
                "cargo" => return self.cargo(start, found),
                "rustc" | "rustup" | "rustdoc" => {
                    let message = format!("`{word}` runs when the container starts");
                    return Err(self.decline(Code::ToolchainAtRuntime, message));
                }
                name if WATCHERS.contains(&name) => {
                    let message = format!("`{name}` builds the project anew when it changes");
                    return Err(self.decline(Code::DevCommand, message));
                }
                "sh" | "bash" | "ash" | "dash" | "zsh" if start.words.len() == 1 => {
                    let message = "it starts a shell: it is a place to run commands in";
                    return Err(self.decline(Code::NoCommand, message));
                }
                _ => {}
            }
            let paths = candidates(self.build, start, word);
            if let Some((path, own, output)) = self.made(&paths) {
                self.path(word, path, found);
                found.add(path.clone(), output, own, false);
                return Ok(());
            }
            if let Some((path, tool, line)) = self.tool(&paths) {
                self.path(word, &path, found);
                found.tools.push((path, tool, line));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Programs of the project that HEALTHCHECK runs, and those that were put somewhere on purpose:
    /// they are called in other ways (`docker run image migrate`).
    fn beside(&self, found: &mut Found) {
        let check = self.build.end.contract.healthcheck.as_ref();
        let probe = check.and_then(|check| shell::of_form(check.probe.as_ref()?));
        for command in probe.iter().flat_map(|script| &script.commands) {
            let start = StartCommand {
                words: command.words.iter().map(shell::Word::value).collect(),
                directory: self.build.workdir().to_owned(),
                because: Because::rule("HEALTHCHECK"),
            };
            let word = start.program().unwrap_or_default();
            let paths = candidates(self.build, &start, word);
            if let Some((path, own, output)) = self.made(&paths) {
                found.add(path.clone(), output, own, false);
            }
        }
        let main = found.own.first().map(|own| own.build.settings.root.clone());
        for own in &self.builds.own {
            for output in &own.programs {
                let target = &own.settings.target_dir;
                let outside = output.places.iter().find(|place| !is_within(place, target));
                let known = found.own.iter().any(|known| known.name == output.name);
                if let Some(place) = outside.filter(|_| !known)
                    && Some(&own.settings.root) == main.as_ref()
                {
                    found.add(place.clone(), output, own, false);
                }
            }
        }
    }

    /// The first of `paths` at which a program of the project lies; the last build wins.
    fn made<'p>(&self, paths: &'p [String]) -> Option<(&'p String, &CargoBuild, &Output)> {
        paths.iter().find_map(|path| {
            self.builds.own.iter().rev().find_map(|own| {
                let output = own
                    .programs
                    .iter()
                    .find(|output| output.places.contains(path))?;
                Some((path, own, output))
            })
        })
    }

    fn tool(&self, paths: &[String]) -> Option<(String, Tool, usize)> {
        paths.iter().find_map(|path| {
            self.builds.installed.iter().find_map(|installed| {
                let tool = installed::tool(installed)?;
                let is_it =
                    parent(path) == installed.directory && tool.programs.contains(&file_name(path));
                is_it.then(|| (path.clone(), tool, installed.line))
            })
        })
    }

    /// Sees to it that a program which was started by its bare name is found still.
    fn path(&self, word: &str, path: &str, found: &mut Found) {
        let directory = parent(path);
        if word.contains('/') || is_on_default_path(path) || self.is_own_path(directory) {
            return;
        }
        let rule = format!("only the toolchain's PATH finds `{word}` in `{directory}`");
        let because = Because::line(rule, self.entry.line);
        match self.renamed(word, path, &because) {
            Some(launch) if found.launch == Launch::AsIs => found.launch = launch,
            _ => found.path = Some((directory.to_owned(), because)),
        }
    }

    /// Whether the Dockerfile itself puts a directory into PATH.
    fn is_own_path(&self, directory: &str) -> bool {
        let holds = |path: &str| {
            path.split(':')
                .any(|known| known.trim_end_matches('/') == directory)
        };
        let end = self.build.end.lookup("PATH").unwrap_or_default();
        let base = self.build.base.image.config.var("PATH").unwrap_or_default();
        holds(&end) && !holds(base)
    }

    /// ENTRYPOINT and CMD with the program's path in the place of its bare name; `None` where a
    /// shell or a script reads them.
    fn renamed(&self, word: &str, path: &str, because: &Because) -> Option<Launch> {
        if self.entry.shell.is_some() {
            return None;
        }
        let (entrypoint, cmd) = self.forms();
        let mut done = false;
        let mut rename = |words: Option<Vec<String>>| {
            let mut words = words?;
            let first = words
                .iter_mut()
                .find(|known| *known == word)
                .filter(|_| !done);
            if let Some(first) = first {
                path.clone_into(first);
                done = true;
            }
            Some(words)
        };
        let (entrypoint, cmd) = (rename(entrypoint), rename(cmd));
        let because = because.clone();
        done.then_some(Launch::Replace {
            entrypoint,
            cmd,
            because,
        })
    }

    /// The words of ENTRYPOINT and CMD. A CMD beside an ENTRYPOINT in shell form does nothing.
    pub(super) fn forms(&self) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let words = |form: &Form| match form {
            Form::Exec(words) => Some(words.clone()),
            Form::Shell(text) => shell::plain_words(text),
        };
        let contract = &self.build.end.contract;
        let entrypoint = contract.entrypoint.as_ref();
        let cmd = match entrypoint {
            Some(Form::Shell(_)) => None,
            _ => contract.cmd.as_ref().and_then(words),
        };
        (entrypoint.and_then(words), cmd)
    }

    /// Why none of the project's programs was found in what starts.
    fn nothing(&self) -> Decline {
        let mut names: Vec<&str> = Vec::new();
        for output in self.builds.own.iter().flat_map(|own| &own.programs) {
            if !names.contains(&output.name.as_str()) {
                names.push(&output.name);
            }
        }
        let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let opaque = self
            .entry
            .commands
            .iter()
            .any(|start| start.program().is_none());
        if !self.entry.understood || opaque || self.entry.commands.is_empty() {
            if names.len() > 1 {
                let message = format!("which of {} runs is decided at start", list.join(", "));
                return self.decline(Code::AmbiguousArtifact, message);
            }
            return self.decline(Code::UnknownCommand, "what starts is not understood");
        }
        let first = self
            .entry
            .commands
            .iter()
            .flat_map(wrapper::programs)
            .next();
        let word = first.unwrap_or_default();
        if wrapper::is_supervisor(word) || (!word.contains('/') && self.may_be_a_package(word)) {
            let message = format!("it is not known what `{word}` starts");
            return self.decline(Code::UnknownCommand, message);
        }
        if let Some(installed) = self.builds.installed.first().filter(|_| list.is_empty()) {
            let name = installed.cargo.operands.join(" ");
            let message = format!("what the programs of the crate `{name}` need is not known");
            return Decline::new(Code::UnknownLibraries, message)
                .at(installed.line)
                .hint("build the program from sources in the build context");
        }
        let message = format!("no RUN is known to make `{word}`");
        let decline = self.decline(Code::ArtifactNotFound, message);
        match list.as_slice() {
            [] => decline.hint("build it with `cargo build --release`"),
            _ => decline.hint(format!("cargo builds {}", list.join(", "))),
        }
    }

    /// Whether a bare name may be that of a program from a package rather than of the project.
    fn may_be_a_package(&self, word: &str) -> bool {
        let own = self
            .builds
            .own
            .iter()
            .any(|own| own.package.bins.iter().any(|bin| bin.name == word));
        let installs = self.build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|n| n == word))
        });
        let known = crate::knowledge::carried::carries(&self.build.base.image, word)
            || crate::knowledge::programs::debian_package(word, None).is_some();
        !own && (installs || known)
    }
}

impl Found {
    pub(super) fn add(
        &mut self,
        path: String,
        output: &Output,
        build: &CargoBuild,
        by_cargo: bool,
    ) {
        if self.own.iter().any(|own| own.path == path) {
            return;
        }
        let (name, build) = (output.name.clone(), build.clone());
        self.own.push(Own {
            path,
            name,
            build,
            by_cargo,
        });
    }
}

#[cfg(test)]
pub(super) mod tests;

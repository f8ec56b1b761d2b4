//! Which program runs. In: what starts, and what the runs of cargo make. Out: the programs that
//! have to go along, and how ENTRYPOINT and CMD start them where cargo is gone.

use super::builds::{self, Builds, CargoBuild, Output};
use super::installed::{self, Tool};
use super::invocation::{Invocation, Unclear};
use super::settings;
use crate::dockerfile::instruction::Form;
use crate::dockerfile::shell;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Launch;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::{Entry, StartCommand};
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
    /// The run of cargo that CMD did and that a RUN has to do instead.
    pub missing_build: Option<CargoBuild>,
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
    Ok(found)
}

struct Finder<'f, 'a> {
    build: &'f Build<'a>,
    entry: &'f Entry,
    builds: &'f Builds,
}

impl Finder<'_, '_> {
    fn decline(&self, code: Code, message: impl Into<String>) -> Decline {
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
    fn forms(&self) -> (Option<Vec<String>>, Option<Vec<String>>) {
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

    /// `cargo run` is what it builds and starts; anything else needs cargo.
    fn cargo(&self, start: &StartCommand, found: &mut Found) -> Result<(), Decline> {
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
            known.map(|(_, value)| value.clone())
        };
        let settings = settings::of(self.build, &start.directory, &variable, cargo)?;
        let own = builds::of(self.build, settings, cargo.clone());
        let own = own.map_err(|decline| decline.at(self.entry.line))?;
        let output = self.runs(&own)?;
        let same = self.builds.own.iter().rev().find(|known| {
            known.cargo.features == own.cargo.features
                && known.settings.rustflags == own.settings.rustflags
                && known
                    .programs
                    .iter()
                    .any(|known| known.places.contains(&output.made))
        });
        let launch = self.without_cargo(&output, cargo)?;
        let made_by = same.cloned().unwrap_or_else(|| own.clone());
        if same.is_none() {
            if !mounted(self.build, &output.made) {
                found.missing_build = Some(own);
            } else {
                let message = format!("`{}` lies in a cache mount", output.made);
                return Err(self.decline(Code::ToolchainAtRuntime, message));
            }
        }
        found.launch = launch;
        found.add(output.made.clone(), &output, &made_by, true);
        Ok(())
    }

    /// The program that `cargo run` runs. Source: the Cargo book, `default-run`.
    fn runs(&self, own: &CargoBuild) -> Result<Output, Decline> {
        let default = own.package.default_run.as_deref().filter(|_| {
            own.cargo.selection.bins.is_empty() && own.cargo.selection.examples.is_empty()
        });
        let fits = |output: &&Output| default.is_none_or(|name| output.name == name);
        let fitting: Vec<&Output> = own.programs.iter().filter(fits).collect();
        match fitting.as_slice() {
            [only] => Ok((*only).clone()),
            [] => Err(self.decline(Code::ArtifactNotFound, "the package has no program to run")),
            several => {
                let names: Vec<String> = several.iter().map(|o| format!("`{}`", o.name)).collect();
                let message = format!("`cargo run` could start {}", names.join(", "));
                Err(self.decline(Code::AmbiguousArtifact, message))
            }
        }
    }

    fn without_cargo(&self, output: &Output, cargo: &Invocation) -> Result<Launch, Decline> {
        let uncertain = || {
            let message = "`cargo run` starts within a script or with arguments from elsewhere";
            self.decline(Code::ToolchainAtRuntime, message)
        };
        if self.entry.shell.is_some() || self.entry.commands.len() != 1 {
            return Err(uncertain());
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

/// Whether a RUN has a mount over `path`.
fn mounted(build: &Build<'_>, path: &str) -> bool {
    build
        .steps
        .iter()
        .flat_map(builds::mounts)
        .any(|mount| crate::plan::layout::is_within(path, &mount))
}

impl Found {
    fn add(&mut self, path: String, output: &Output, build: &CargoBuild, by_cargo: bool) {
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
mod tests {
    use super::*;
    use crate::plan::entry;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;

    const FILES: [(&str, &str); 3] = [
        ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
        ("src/main.rs", ""),
        ("start.sh", "#!/bin/sh\nexec a --port $PORT\n"),
    ];

    fn found(tail: &str) -> Result<Found, Decline> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{tail}\n");
        sample(&text, &FILES, |build| {
            let builds = builds::read(build, &Tree::of(build))?;
            find(build, &entry::read(build), &builds)
        })
    }

    fn paths(tail: &str) -> Vec<String> {
        found(tail)
            .unwrap()
            .own
            .into_iter()
            .map(|own| own.path)
            .collect()
    }

    fn launch(tail: &str) -> (Option<Vec<String>>, Option<Vec<String>>) {
        match found(tail).unwrap().launch {
            Launch::Replace {
                entrypoint, cmd, ..
            } => (entrypoint, cmd),
            Launch::AsIs => (None, None),
        }
    }

    fn words(text: &str) -> Option<Vec<String>> {
        Some(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn the_program_is_what_the_command_names() {
        let release = "RUN cargo build --release";
        for (tail, path) in [
            ("CMD [\"./target/release/a\"]", "/app/target/release/a"),
            ("CMD target/release/a --x", "/app/target/release/a"),
            (
                "WORKDIR /app/target/release\nENTRYPOINT [\"tini\", \"--\", \"./a\"]",
                "/app/target/release/a",
            ),
            (
                "RUN cp target/release/a /usr/local/bin/\nCMD a",
                "/usr/local/bin/a",
            ),
            ("RUN cp target/release/a ./echo\nCMD ./echo x", "/app/echo"),
        ] {
            assert_eq!(paths(&format!("{release}\n{tail}")), [path], "{tail}");
        }
    }

    #[test]
    fn a_bare_name_on_cargos_path_becomes_a_path() {
        let install = "RUN cargo install --path .";
        let path = "/usr/local/cargo/bin/a";
        assert_eq!(
            launch(&format!("{install}\nCMD [\"a\", \"x\"]")),
            (None, words(&format!("{path} x")))
        );
        assert_eq!(
            launch(&format!(
                "{install}\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"a\"]"
            )),
            (words("tini --"), words(path))
        );
        for tail in ["CMD a --port $PORT", "ENTRYPOINT [\"/app/start.sh\"]"] {
            let found = found(&format!("{install}\n{tail}")).unwrap();
            assert_eq!(found.launch, Launch::AsIs);
            assert_eq!(found.path.unwrap().0, "/usr/local/cargo/bin");
        }
        let own = found(
            "RUN cargo install --path . --root /opt/x\nENV PATH=/opt/x/bin:$PATH\nCMD [\"a\"]",
        );
        assert_eq!(own.unwrap().launch, Launch::AsIs);
    }

    #[test]
    fn cargo_run_is_what_it_starts() {
        let path = "/app/target/release/a";
        let tail =
            "RUN cargo build --release\nCMD [\"cargo\", \"run\", \"--release\", \"--\", \"x\"]";
        assert_eq!(launch(tail), (None, words(&format!("{path} x"))));
        assert!(found(tail).unwrap().missing_build.is_none());
        let tail = "ENTRYPOINT [\"cargo\", \"run\", \"-rq\"]";
        assert_eq!(launch(tail), (words(path), None));
        let tail = "ENTRYPOINT [\"cargo\", \"run\"]\nCMD [\"--release\"]";
        assert_eq!(found(tail).unwrap_err().code, Code::ToolchainAtRuntime);
        let tail =
            "RUN cargo build\nENTRYPOINT [\"cargo\", \"run\", \"-r\", \"--\"]\nCMD [\"serve\"]";
        assert_eq!(launch(tail), (words(path), words("serve")));
        assert!(found(tail).unwrap().missing_build.is_some());
    }

    #[test]
    fn what_is_uncertain_is_declined() {
        let build = "RUN cargo build --release";
        for (tail, code) in [
            ("", Code::NoCommand),
            ("CMD [\"bash\"]", Code::NoCommand),
            (
                "CMD [\"cargo\", \"watch\", \"-x\", \"run\"]",
                Code::DevCommand,
            ),
            ("CMD [\"cargo\", \"test\"]", Code::ToolchainAtRuntime),
            (
                "CMD cargo run --release && echo done",
                Code::ToolchainAtRuntime,
            ),
            ("CMD [\"./target/debug/a\"]", Code::ArtifactNotFound),
            ("CMD [\"lost\"]", Code::ArtifactNotFound),
            ("CMD [\"runsvdir\", \"/etc/service\"]", Code::UnknownCommand),
            ("CMD exec ./target/release/$ROLE", Code::UnknownCommand),
        ] {
            assert_eq!(
                found(&format!("{build}\n{tail}")).unwrap_err().code,
                code,
                "{tail}"
            );
        }
    }
}

//! Modules or GOPATH. In: a go command and where it runs. Out: the directories of GOPATH where it
//! works without modules, or the module that a `go mod init` before it has made.

use super::setting::{self, Value};
use super::version;
use crate::knowledge::base_image::Family;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;
use crate::toolchain::compiled::tree::{Tree, file_name, parent};

/// A go command: the step that it stands in, and where it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'s> {
    /// Index of the step.
    pub(crate) step: usize,
    /// The command of a RUN; `None` for what runs when the container starts.
    pub(crate) command: Option<&'s RunCommand>,
    /// The directory in which it runs.
    pub(crate) directory: &'s str,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

impl Site<'_> {
    /// The value of a variable for the command.
    pub(crate) fn setting(&self, build: &Build<'_>, name: &str) -> Value {
        match self.command {
            Some(command) => setting::of(build, self.step, command, name),
            None => setting::at(build, self.step, name),
        }
    }

    /// The directories that GOPATH names.
    pub(crate) fn gopath(&self, build: &Build<'_>) -> Vec<String> {
        let value = self.setting(build, "GOPATH");
        let paths = value.known().unwrap_or(default_gopath(build));
        let paths = paths.split(':').filter(|path| path.starts_with('/'));
        paths
            .map(|path| path.trim_end_matches('/').to_owned())
            .collect()
    }

    /// The module that a `go mod init` before the command makes where it runs or above: its
    /// directory and path.
    pub(crate) fn made_module(&self, build: &Build<'_>, tree: &Tree) -> Option<(String, String)> {
        let commands = build.commands().take_while(|(at, command)| {
            let is_self = self.command.is_some_and(|own| std::ptr::eq(own, *command));
            *at <= self.step && !is_self
        });
        let made = commands.filter_map(|(_, command)| {
            let mut words = command.known_arguments();
            let is_init = command.program.as_deref().map(file_name) == Some("go")
                && words.next() == Some("mod")
                && words.next() == Some("init");
            let path = words.find(|word| !word.starts_with('-'))?;
            let directory = command.directory.as_deref()?;
            (is_init && is_within(self.directory, directory))
                .then(|| (directory.to_owned(), path.to_owned()))
        });
        let (directory, path) = made.last()?;
        let is_there = tree.context(&format!("{directory}/go.mod")).is_some();
        (!is_there).then_some((directory, path))
    }
}

/// GOPATH where nothing sets it: golang's image, else `go help gopath`.
fn default_gopath(build: &Build<'_>) -> &'static str {
    if build.base.is(Family::Golang) {
        "/go"
    } else {
        "/root/go"
    }
}

/// Whether a go command works without modules. Source: the release notes of Go 1.11, 1.13, 1.16.
pub(crate) fn is_gopath(build: &Build<'_>, tree: &Tree, site: &Site<'_>) -> bool {
    let release = version::of(build);
    let value = site.setting(build, "GO111MODULE");
    let by_manifest = || {
        let has = has_manifest(tree, site.directory) || site.made_module(build, tree).is_some();
        !has
    };
    match (value.known(), release) {
        (Some("off"), _) => true,
        (Some("on"), _) | (None, None) => false,
        (_, Some(release)) if release < (1, 11) => true,
        (_, Some(release)) if release < (1, 13) => {
            let sources = site.gopath(build);
            let inside = |path: &String| is_within(site.directory, &format!("{path}/src"));
            sources.iter().any(inside) || by_manifest()
        }
        (Some(_), _) => by_manifest(),
        (None, Some(release)) if release < (1, 16) => by_manifest(),
        (None, Some(_)) => false,
    }
}

fn has_manifest(tree: &Tree, directory: &str) -> bool {
    let mut at = directory;
    loop {
        let file = format!("{}/go.mod", at.trim_end_matches('/'));
        if tree.context(&file).is_some() {
            return true;
        }
        if at == "/" || at.is_empty() {
            return false;
        }
        at = parent(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::go::program;

    fn gopath(text: &str, files: &[(&str, &str)]) -> bool {
        sample(&format!("FROM {text}\n"), files, |build| {
            let (step, _, command) = program::commands(build).next().unwrap();
            let site = Site {
                step,
                command: Some(command),
                directory: command.directory.as_deref().unwrap(),
                line: 1,
            };
            is_gopath(build, &Tree::of(build), &site)
        })
    }

    #[test]
    fn release_setting_and_place_decide() {
        let inside = "WORKDIR /go/src/x\nCOPY . .\nRUN go build";
        let outside = "WORKDIR /app\nCOPY . .\nRUN go build";
        let without = [("main.go", "")];
        let with = [("main.go", ""), ("go.mod", "module x")];
        for (tag, line, files, expected) in [
            ("1.10", inside, &with[..], true),
            ("1.10", outside, &with, true),
            ("1.11", inside, &with, true),
            ("1.12", outside, &with, false),
            ("1.13", inside, &with, false),
            ("1.15", outside, &without, true),
            ("1.16", inside, &without, false),
            ("1.25", inside, &without, false),
            ("latest", inside, &without, false),
        ] {
            let text = format!("golang:{tag}\n{line}");
            assert_eq!(gopath(&text, files), expected, "{text}");
        }
        let off = "golang:1.25\nENV GO111MODULE=off\nWORKDIR /go/src/x\nCOPY . .\nRUN go build";
        assert!(gopath(off, &with));
        let auto = "golang:1.25\nWORKDIR /go/src/x\nCOPY . .\nRUN GO111MODULE=auto go build";
        assert!(gopath(auto, &without) && !gopath(auto, &with));
        let made = "golang:1.13\nWORKDIR /app\nCOPY . .\nRUN go mod init x && go build";
        assert!(!gopath(made, &without));
    }
}

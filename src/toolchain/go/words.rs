//! The words of a go command. In: arguments, some of them unknown. Out: flags, packages and
//! arguments of the program.

use crate::plan::build::RunCommand;
use crate::toolchain::compiled::tree::has_extension;

/// A `go build`, `go install` or `go run`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GoWords {
    /// Flags without dashes, with their values.
    pub(crate) flags: Vec<(String, Given)>,
    /// Package patterns or files.
    pub(crate) packages: Vec<String>,
    /// Of `go run`: the program's arguments.
    pub(crate) arguments: Vec<String>,
    /// A word is unknown that could be anything.
    pub(crate) uncertain: bool,
}

/// What stands with a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// The flag alone.
    Nothing,
    /// A value that is not known.
    Unknown,
    /// A value.
    Text(String),
}

/// Flags that take a value in the next word. Source: `go help build`, `go help run`.
const WITH_VALUE: [&str; 19] = [
    "C",
    "o",
    "p",
    "asmflags",
    "buildmode",
    "compiler",
    "covermode",
    "coverpkg",
    "exec",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "mod",
    "modfile",
    "overlay",
    "pgo",
    "tags",
    "toolexec",
];

/// An argument: its value, where that is known, and the word as written.
pub(crate) type Argument<'w> = (Option<String>, &'w str);

/// The arguments of a command in a RUN behind `go build`.
pub(crate) fn arguments(command: &RunCommand) -> Vec<Argument<'_>> {
    let raw = command.command.words.iter().skip(1);
    let pairs = command.arguments.iter().zip(raw);
    let mut arguments = Vec::new();
    for (value, word) in pairs.skip(1) {
        match value {
            // An unquoted variable may hold several words.
            Some(value) if word.raw.starts_with('$') => {
                let words = value.split_whitespace();
                arguments.extend(words.map(|part| (Some(part.to_owned()), word.raw.as_str())));
            }
            _ => arguments.push((value.clone(), word.raw.as_str())),
        }
    }
    arguments
}

/// Takes the arguments behind `go build`, `go install` or (`runs`) `go run` apart.
pub(crate) fn parse(arguments: &[Argument<'_>], runs: bool) -> GoWords {
    let mut words = GoWords::default();
    let mut at = 0;
    while let Some((value, raw)) = arguments.get(at) {
        at += 1;
        let Some(value) = value else {
            match unknown_flag(raw) {
                Some(name) => words.flags.push((name, Given::Unknown)),
                None => words.uncertain = true,
            }
            continue;
        };
        if !words.packages.is_empty() || !value.starts_with('-') || value == "-" {
            words.operand(value, runs);
            continue;
        }
        let flag = value.trim_start_matches('-');
        if let Some((name, value)) = flag.split_once('=') {
            words
                .flags
                .push((name.to_owned(), Given::Text(value.to_owned())));
        } else if WITH_VALUE.contains(&flag) {
            let value = arguments.get(at).and_then(|(value, _)| value.clone());
            let given = value.map_or(Given::Unknown, Given::Text);
            words.flags.push((flag.to_owned(), given));
            at += 1;
        } else {
            words.flags.push((flag.to_owned(), Given::Nothing));
        }
    }
    words
}

/// The name of a flag whose value is unknown: `-ldflags="-X v=$(git describe)"`.
fn unknown_flag(raw: &str) -> Option<String> {
    let flag = raw.trim_start_matches(['"', '\'']);
    let (name, _) = flag.strip_prefix('-')?.split_once('=')?;
    Some(name.trim_start_matches('-').to_owned())
}

impl GoWords {
    fn operand(&mut self, word: &str, runs: bool) {
        // `go run` takes one package or several files, all else is the program's.
        let is_file = |word: &str| has_extension(word, "go");
        let closed = runs
            && match self.packages.last() {
                None => false,
                Some(last) => !self.arguments.is_empty() || !is_file(last) || !is_file(word),
            };
        if closed {
            self.arguments.push(word.to_owned());
        } else {
            self.packages.push(word.to_owned());
        }
    }

    /// Whether the flag is there and not switched off.
    pub(crate) fn has(&self, name: &str) -> bool {
        let on = |given: &Given| !matches!(given, Given::Text(text) if text == "false");
        self.flags
            .iter()
            .any(|(flag, given)| flag == name && on(given))
    }

    /// What stands with the last flag of that name.
    pub(crate) fn given(&self, name: &str) -> Option<&Given> {
        let found = self.flags.iter().rev().find(|(flag, _)| flag == name)?;
        Some(&found.1)
    }

    /// The value of the flag, where it is known.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.given(name)? {
            Given::Text(text) => Some(text),
            Given::Nothing | Given::Unknown => None,
        }
    }

    /// The build tags.
    pub(crate) fn tags(&self) -> Vec<&str> {
        let value = self.text("tags").unwrap_or_default();
        value
            .split([',', ' '])
            .filter(|tag| !tag.is_empty())
            .collect()
    }
}

/// The name that go gives to a program by its import path: the last element, or the one before it
/// where the last one is a major version. Source: `go help build`, `go help install`.
pub(crate) fn program_name(import_path: &str) -> String {
    let mut parts = import_path.trim_end_matches('/').rsplit('/');
    let last = parts.next().unwrap_or_default();
    let is_major = last
        .strip_prefix('v')
        .is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 1) && !n.starts_with('0'));
    match parts.next() {
        Some(before) if is_major => before.to_owned(),
        _ => last.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&'static str], runs: bool) -> GoWords {
        let words: Vec<Argument<'_>> = words
            .iter()
            .map(|word| ((!word.contains("$(")).then(|| (*word).to_owned()), *word))
            .collect();
        parse(&words, runs)
    }

    #[test]
    fn flags_and_packages_are_told_apart() {
        let words = of(
            &[
                "-v",
                "-o",
                "bin/x",
                "--tags=a,b",
                "-ldflags",
                "-s -w",
                "./cmd/x",
            ],
            false,
        );
        assert_eq!(words.packages, ["./cmd/x"]);
        assert_eq!(words.text("o"), Some("bin/x"));
        assert_eq!(words.tags(), ["a", "b"]);
        assert!(words.has("v") && !words.has("race") && !words.uncertain);
        let words = of(&["-ldflags=\"-X v=$(git)\"", "-o", "x", "."], false);
        assert_eq!(words.given("ldflags"), Some(&Given::Unknown));
        assert_eq!(words.packages, ["."]);
        assert!(of(&["$(flags)", "."], false).uncertain);
    }

    #[test]
    fn what_go_run_hands_on_is_not_a_package() {
        let words = of(&["-race", "main.go", "util.go", "serve", "-v"], true);
        assert_eq!(words.packages, ["main.go", "util.go"]);
        assert_eq!(words.arguments, ["serve", "-v"]);
        let words = of(&[".", "a.go"], true);
        assert_eq!((words.packages.len(), words.arguments.len()), (1, 1));
    }

    #[test]
    fn a_program_is_named_after_its_import_path() {
        for (path, name) in [
            ("example.org/app", "app"),
            ("example.org/app/v2", "app"),
            ("example.org/app/cmd/x", "x"),
            ("app", "app"),
            ("example.org/v1", "v1"),
        ] {
            assert_eq!(program_name(path), name);
        }
    }
}

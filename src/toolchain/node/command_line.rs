//! Reading the words of a package manager's command line. In: arguments. Out: a [`Request`].

use super::binaries::package_of;
use super::client::{Client, Request, Verb};
use super::verbs::{PNPM_WITH_VALUE, WITH_VALUE, npm_verb, pnpm_verb, yarn_verb};

/// A word that is no option; `None` where it is not known.
type Operand = Option<String>;

/// Reads the command line of `program` (by the last part of its path). `None` when it is no
/// package manager that is followed.
pub(super) fn read(program: &str, arguments: &[Option<String>]) -> Option<Request> {
    let program = program.rsplit('/').next()?;
    if matches!(program, "npx" | "corepack")
        && let Some((inner, rest)) = run_through(arguments)
    {
        return read(inner, rest);
    }
    let reader = Reader::new(arguments);
    match program {
        "npm" => Some(reader.npm()),
        "npx" => Some(reader.exec(Client::Npm)),
        "yarn" | "yarnpkg" => Some(reader.yarn()),
        "pnpm" => Some(reader.of_pnpm().pnpm()),
        // It downloads what it runs, as npx does.
        "pnpx" => Some(reader.of_pnpm().exec(Client::Npm)),
        _ => None,
    }
}

/// The package manager that npx or corepack runs (`npx pnpm@9 install`), with its arguments.
fn run_through(arguments: &[Option<String>]) -> Option<(&str, &[Option<String>])> {
    let is_flag = |word: &&Option<String>| {
        let word = word.as_deref();
        matches!(word, Some("-y" | "--yes" | "-q" | "--quiet"))
    };
    let flags = arguments.iter().take_while(is_flag).count();
    let (first, rest) = arguments.get(flags..)?.split_first()?;
    let name = package_of(first.as_deref()?);
    matches!(name, "npm" | "pnpm" | "yarn").then_some((name, rest))
}

/// The letters of options that are written as one (`-qg`). Source: npm's shorthands, of which those
/// without a value that go with an installation.
fn together(word: &str) -> Option<&str> {
    let letters = word.strip_prefix('-').filter(|letters| letters.len() > 1)?;
    let known = letters.chars().all(|letter| "gqsfDEOPS".contains(letter));
    known.then_some(letters)
}

struct Reader<'a> {
    arguments: &'a [Option<String>],
    options: Vec<(String, Option<String>)>,
    with_value: &'static [&'static str],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(arguments: &'a [Option<String>]) -> Self {
        Self {
            arguments,
            options: Vec::new(),
            with_value: &WITH_VALUE,
            at: 0,
        }
    }

    fn of_pnpm(mut self) -> Self {
        self.with_value = &PNPM_WITH_VALUE;
        self
    }

    /// The next word that is no option; options on the way are kept. `None` at the end and
    /// before `--`.
    fn word(&mut self) -> Option<Operand> {
        while let Some(argument) = self.arguments.get(self.at) {
            let Some(word) = argument.as_deref() else {
                self.at += 1;
                return Some(None);
            };
            if word == "--" {
                return None;
            }
            self.at += 1;
            if !word.starts_with('-') || word == "-" {
                return Some(Some(word.to_owned()));
            }
            self.option(word);
        }
        None
    }

    fn option(&mut self, word: &str) {
        if let Some(letters) = together(word) {
            let each = letters.chars().map(|letter| (format!("-{letter}"), None));
            return self.options.extend(each);
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let takes_next = value.is_none() && self.with_value.contains(&name);
        let value = if takes_next {
            let next = self.arguments.get(self.at).cloned().flatten();
            self.at += 1;
            next
        } else {
            value
        };
        self.options.push((name.to_owned(), value));
    }

    fn words(&mut self) -> Vec<Option<String>> {
        let mut words = Vec::new();
        while let Some(word) = self.word() {
            words.push(word);
        }
        words.extend(self.rest());
        words
    }

    /// Everything behind, without a leading `--`.
    fn rest(&mut self) -> Vec<Option<String>> {
        let rest = self.arguments.get(self.at..).unwrap_or_default();
        self.at = self.arguments.len();
        match rest.first().map(Option::as_deref) {
            Some(Some("--")) => rest.get(1..).unwrap_or_default().to_vec(),
            _ => rest.to_vec(),
        }
    }

    fn request(self, client: Client, verb: Verb, operands: Vec<Option<String>>) -> Request {
        let global = self.options.iter().any(|(name, value)| {
            let on = value.as_deref() != Some("false");
            match name.as_str() {
                "-g" | "--global" => on,
                "--location" => value.as_deref() == Some("global"),
                _ => false,
            }
        });
        Request {
            client,
            verb,
            global,
            options: self.options,
            operands,
        }
    }

    fn npm(mut self) -> Request {
        let Some(word) = self.word() else {
            return self.request(Client::Npm, Verb::Tell, Vec::new());
        };
        let name = word.unwrap_or_default();
        match name.as_str() {
            "run" | "run-script" | "rum" | "urn" => {
                let script = self.word();
                let operands = self.words();
                self.request(Client::Npm, script_verb(script), operands)
            }
            "start" | "stop" | "restart" | "test" | "t" | "tst" => {
                let operands = self.words();
                self.request(Client::Npm, named_script(&name), operands)
            }
            "exec" | "x" => self.exec(Client::Npm),
            _ => {
                let operands = self.words();
                let verb = npm_verb(&name, &operands);
                self.request(Client::Npm, verb, operands)
            }
        }
    }

    /// `npx program argument…`: options behind the program are its own.
    fn exec(mut self, client: Client) -> Request {
        let mut operands: Vec<Option<String>> = self.word().into_iter().collect();
        operands.extend(self.rest());
        self.request(client, Verb::Exec, operands)
    }

    /// pnpm hands everything behind the script's name on to it.
    fn pnpm(mut self) -> Request {
        let Some(word) = self.word() else {
            return self.request(Client::Pnpm, Verb::Tell, Vec::new());
        };
        let name = word.unwrap_or_default();
        match name.as_str() {
            "run" | "run-script" => {
                let script = self.word();
                let operands = self.rest();
                self.request(Client::Pnpm, script_verb(script), operands)
            }
            "start" | "stop" | "restart" | "test" | "t" | "tst" => {
                let operands = self.rest();
                self.request(Client::Pnpm, named_script(&name), operands)
            }
            "exec" => self.exec(Client::Pnpm),
            "dlx" => self.exec(Client::Npm),
            _ if pnpm_verb(&name, &[]).is_some() => {
                let operands = self.words();
                let verb = pnpm_verb(&name, &operands).unwrap_or(Verb::Unknown);
                self.request(Client::Pnpm, verb, operands)
            }
            _ => {
                let operands = self.rest();
                self.request(Client::Pnpm, Verb::Run(name), operands)
            }
        }
    }

    fn yarn(mut self) -> Request {
        let Some(word) = self.word() else {
            let bare = self
                .options
                .iter()
                .any(|(name, _)| matches!(name.as_str(), "--version" | "-v" | "--help" | "-h"));
            let verb = if bare { Verb::Tell } else { Verb::Install };
            return self.request(Client::Yarn, verb, Vec::new());
        };
        let name = word.unwrap_or_default();
        match name.as_str() {
            "global" => {
                let verb = match self.word().flatten().as_deref() {
                    Some("add" | "upgrade") => Verb::Add,
                    Some("remove") => Verb::Remove,
                    _ => Verb::Tell,
                };
                let operands = self.words();
                let mut request = self.request(Client::Yarn, verb, operands);
                request.global = true;
                request
            }
            "workspace" => {
                let package = self.word().flatten();
                self.options.push(("--workspace".to_owned(), package));
                self.yarn()
            }
            "workspaces" => {
                let verb = match self.word().flatten().as_deref() {
                    Some("focus") => Verb::Install,
                    Some("list" | "info") => Verb::Tell,
                    _ => Verb::Across,
                };
                let operands = self.words();
                if !operands.is_empty() {
                    self.options.push(("--workspace".to_owned(), None));
                }
                self.request(Client::Yarn, verb, operands)
            }
            "dlx" => self.exec(Client::Npm),
            "run" | "exec" => {
                let script = self.word().flatten().unwrap_or_default();
                let operands = self.rest();
                self.request(Client::Yarn, Verb::Run(script), operands)
            }
            _ => {
                let verb = yarn_verb(&name);
                // Yarn runs scripts, and programs of packages, by their bare names.
                let operands = if verb.is_some() {
                    self.words()
                } else {
                    self.rest()
                };
                self.request(Client::Yarn, verb.unwrap_or(Verb::Run(name)), operands)
            }
        }
    }
}

/// What running a script by its name asks for.
fn script_verb(script: Option<Operand>) -> Verb {
    match script {
        Some(Some(script)) => Verb::Run(script),
        Some(None) => Verb::Unknown,
        None => Verb::Tell,
    }
}

/// The scripts that have commands of their own.
fn named_script(command: &str) -> Verb {
    let script = if command.starts_with('t') {
        "test"
    } else {
        command
    };
    Verb::Run(script.to_owned())
}

//! The command lines of npm and Yarn 1. In: a program and its arguments. Out: what is asked of
//! the package manager.

pub(super) use super::verbs::Verb;
use super::verbs::{WITH_VALUE, npm_verb, yarn_verb};

/// Which package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Client {
    /// npm.
    Npm,
    /// Yarn 1.
    Yarn,
}

impl Client {
    /// Its name on the command line.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Yarn => "yarn",
        }
    }
}

/// A command line, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// The package manager.
    pub(super) client: Client,
    /// What is asked.
    pub(super) verb: Verb,
    /// Whether it is about the whole machine (`-g`, `yarn global`).
    pub(super) global: bool,
    /// Options of the package manager, each with its value.
    pub(super) options: Vec<(String, Option<String>)>,
    /// Packages, or the arguments of a script or program; `None` where one is not known.
    pub(super) operands: Vec<Option<String>>,
}

/// A word that is no option; `None` where it is not known.
type Operand = Option<String>;

/// Reads the command line of `program` (by the last part of its path). `None` when it is neither
/// npm nor Yarn.
pub(super) fn read(program: &str, arguments: &[Option<String>]) -> Option<Request> {
    let reader = Reader::new(arguments);
    match program.rsplit('/').next()? {
        "npm" => Some(reader.npm()),
        "npx" => Some(reader.exec(Client::Npm)),
        "yarn" | "yarnpkg" => Some(reader.yarn()),
        _ => None,
    }
}

struct Reader<'a> {
    arguments: &'a [Option<String>],
    options: Vec<(String, Option<String>)>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(arguments: &'a [Option<String>]) -> Self {
        Self {
            arguments,
            options: Vec::new(),
            at: 0,
        }
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
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let takes_next = value.is_none() && WITH_VALUE.contains(&name);
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
                let verb = match script {
                    Some(Some(script)) => Verb::Run(script),
                    Some(None) => Verb::Unknown,
                    None => Verb::Tell,
                };
                self.request(Client::Npm, verb, operands)
            }
            "start" | "stop" | "restart" | "test" | "t" | "tst" => {
                let operands = self.words();
                let script = if name.starts_with('t') { "test" } else { &name };
                self.request(Client::Npm, Verb::Run(script.to_owned()), operands)
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

impl Request {
    /// Whether the dependencies of the project are installed.
    pub(super) fn is_install(&self) -> bool {
        !self.global && matches!(self.verb, Verb::Install | Verb::CleanInstall)
    }

    /// Whether an option is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options
            .iter()
            .any(|(known, value)| known == name && value.as_deref() != Some("false"))
    }

    /// The value of an option.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().rfind(|(known, _)| known == name);
        found?.1.as_deref()
    }

    /// Whether the options say that development dependencies are wanted, or not; `None` when
    /// they leave it to the environment.
    pub(super) fn development(&self) -> Option<bool> {
        let mut answer = None;
        for (name, value) in &self.options {
            let value = value.as_deref();
            let off = value == Some("false");
            match (name.as_str(), value) {
                ("--production" | "--prod", _) => answer = Some(off),
                ("--omit", Some("dev" | "development")) if answer != Some(true) => {
                    answer = Some(false);
                }
                ("--only", Some(kind)) => answer = Some(!kind.starts_with("prod")),
                // npm: what is included wins over what is omitted.
                ("--include" | "--also", Some(kind)) if kind.starts_with("dev") => {
                    answer = Some(true);
                }
                _ => {}
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(text: &str) -> Request {
        let mut words = text.split(' ');
        let program = words.next().unwrap();
        let words: Vec<_> = words.map(|word| Some(word.to_owned())).collect();
        read(program, &words).unwrap()
    }

    fn operands(request: &Request) -> Vec<&str> {
        request
            .operands
            .iter()
            .map(|word| word.as_deref().unwrap())
            .collect()
    }

    #[test]
    fn installations_are_told_apart() {
        for (text, verb, global, development) in [
            ("npm i", Verb::Install, false, None),
            ("npm ci --omit dev", Verb::CleanInstall, false, Some(false)),
            ("npm --quiet install", Verb::Install, false, None),
            ("npm install pm2 -g", Verb::Add, true, None),
            (
                "npm install --production=false",
                Verb::Install,
                false,
                Some(true),
            ),
            (
                "npm ci --only=production",
                Verb::CleanInstall,
                false,
                Some(false),
            ),
            (
                "npm i --omit=dev --include=dev",
                Verb::Install,
                false,
                Some(true),
            ),
            ("yarn", Verb::Install, false, None),
            (
                "yarn --frozen-lockfile --prod",
                Verb::Install,
                false,
                Some(false),
            ),
            ("yarn global add serve", Verb::Add, true, None),
            ("yarn --version", Verb::Tell, false, None),
        ] {
            let request = get(text);
            assert_eq!(request.verb, verb, "{text}");
            assert_eq!(request.global, global, "{text}");
            assert_eq!(request.development(), development, "{text}");
        }
    }

    #[test]
    fn scripts_get_the_arguments_that_are_theirs() {
        let request = get("npm run -s dev -- --host 0.0.0.0");
        assert_eq!(request.verb, Verb::Run("dev".into()));
        assert_eq!(operands(&request), ["--host", "0.0.0.0"]);
        let request = get("yarn dev --host");
        assert_eq!(request.verb, Verb::Run("dev".into()));
        assert_eq!(operands(&request), ["--host"]);
        let request = get("npx --yes serve -s dist");
        assert_eq!(operands(&request), ["serve", "-s", "dist"]);
        assert_eq!(get("npm t").verb, Verb::Run("test".into()));
    }

    #[test]
    fn nothing_else_is_read() {
        assert_eq!(read("pnpm", &[]), None);
        assert_eq!(get("npm frobnicate").verb, Verb::Unknown);
        assert_eq!(read("npm", &[None]).unwrap().verb, Verb::Unknown);
    }
}

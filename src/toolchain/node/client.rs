//! What is asked of a package manager: npm, Yarn or pnpm. In: a command line that was read. Out:
//! answers about its options.

pub(super) use super::command_line::read;
pub(super) use super::verbs::Verb;

/// Which package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Client {
    /// npm.
    Npm,
    /// Yarn 1; on a command line, any Yarn.
    Yarn,
    /// Yarn from 2 on.
    Berry,
    /// pnpm.
    Pnpm,
}

impl Client {
    /// Its name on the command line.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Yarn | Self::Berry => "yarn",
            Self::Pnpm => "pnpm",
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

    /// The members of the workspace that options lead to, as they are named; `None` where one is
    /// not known.
    pub(super) fn members(&self) -> Vec<Option<&str>> {
        let names: &[&str] = match self.client {
            Client::Npm => &["--workspace", "-w"],
            Client::Yarn | Client::Berry => &["--workspace"],
            Client::Pnpm => &["--filter", "-F", "--filter-prod"],
        };
        self.options
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()))
            .map(|(_, value)| value.as_deref())
            .collect()
    }

    /// Whether it is about all members of the workspace at once.
    pub(super) fn is_recursive(&self) -> bool {
        let all = ["--workspaces", "-ws", "-r", "--recursive"];
        self.verb == Verb::Across || all.into_iter().any(|name| self.has(name))
    }

    /// The directory in which it is asked to work instead, as written.
    pub(super) fn elsewhere(&self) -> Option<&str> {
        let names = ["--prefix", "-C", "--cwd", "--dir"];
        names.into_iter().find_map(|option| self.value(option))
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
                ("-P", _) if self.client == Client::Pnpm => answer = Some(off),
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
            ("npm install -qg pm2", Verb::Add, true, None),
            ("yarn", Verb::Install, false, None),
            (
                "yarn --frozen-lockfile --prod",
                Verb::Install,
                false,
                Some(false),
            ),
            ("yarn global add serve", Verb::Add, true, None),
            ("yarn --version", Verb::Tell, false, None),
            (
                "yarn workspaces focus --all --production",
                Verb::Install,
                false,
                Some(false),
            ),
            ("pnpm i --frozen-lockfile", Verb::Install, false, None),
            ("npx --yes pnpm@9 i -P", Verb::Install, false, Some(false)),
            ("corepack pnpm install", Verb::Install, false, None),
            ("pnpm install -P", Verb::Install, false, Some(false)),
            ("pnpm add -g pm2", Verb::Add, true, None),
            ("pnpm fetch --prod", Verb::Change, false, Some(false)),
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
    fn members_are_named_by_options() {
        for (text, member, verb) in [
            ("npm start -w api", "api", "start"),
            ("npm run build --workspace=@acme/api", "@acme/api", "build"),
            ("pnpm --filter api start", "api", "start"),
            ("pnpm -F ./apps/web build", "./apps/web", "build"),
            ("yarn workspace api start", "api", "start"),
        ] {
            let request = get(text);
            assert_eq!(request.members(), [Some(member)], "{text}");
            assert_eq!(request.verb, Verb::Run(verb.into()), "{text}");
        }
        assert_eq!(get("npm start -w a -w b").members().len(), 2);
        assert!(get("pnpm -r build").is_recursive());
        assert!(get("yarn workspaces foreach run build").is_recursive());
        assert_eq!(get("pnpm --dir api start").elsewhere(), Some("api"));
    }

    #[test]
    fn nothing_else_is_read() {
        assert_eq!(read("bun", &[]), None);
        assert_eq!(get("npm frobnicate").verb, Verb::Unknown);
        assert_eq!(read("npm", &[None]).unwrap().verb, Verb::Unknown);
    }
}

//! A command line of cargo. In: its words. Out: what it builds, how, and where to.

/// What is unclear about a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// A word hangs on a variable whose value is unknown.
    Variable,
    /// An option that is not known, or one that lacks its value.
    Option(String),
}

/// Which targets of the package are built.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// `--bin`.
    pub bins: Vec<String>,
    /// `--bins`, `--all-targets`.
    pub all_bins: bool,
    /// `--example`.
    pub examples: Vec<String>,
    /// `--lib`, `--tests` and the like: something, but no program.
    pub other: bool,
}

/// Which features are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FeatureFlags {
    /// `--features`, sorted.
    pub names: Vec<String>,
    /// `--all-features`.
    pub all: bool,
    /// `--no-default-features`.
    pub no_default: bool,
}

/// A command line of cargo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Invocation {
    /// The subcommand with short names written out; empty for `cargo --version`.
    pub verb: String,
    /// The profile, if an option names one.
    pub profile: Option<String>,
    /// `--target`.
    pub targets: Vec<String>,
    /// `--target-dir`.
    pub target_dir: Option<String>,
    /// `--manifest-path`.
    pub manifest_path: Option<String>,
    /// `--path` of `cargo install`.
    pub path: Option<String>,
    /// `--root` of `cargo install`.
    pub root: Option<String>,
    /// `-p`.
    pub packages: Vec<String>,
    /// Which targets.
    pub selection: Selection,
    /// Which features.
    pub features: FeatureFlags,
    /// `--locked` or `--frozen`.
    pub locked: bool,
    /// Options that change what is built in ways that are not followed: `--config`, `-Z`, `-C`,
    /// `--workspace`, `--git`.
    pub special: Vec<String>,
    /// Words that are no options: crates to install, arguments of the program that is run.
    pub operands: Vec<String>,
    /// Words behind `--`.
    pub behind: Vec<Option<String>>,
}

/// Options without a value that change nothing about the program.
const PLAIN: [&str; 18] = [
    "-q",
    "--quiet",
    "-v",
    "-vv",
    "--verbose",
    "--offline",
    "--frozen",
    "--locked",
    "--keep-going",
    "--no-run",
    "--no-fail-fast",
    "--force",
    "-f",
    "--no-track",
    "--future-incompat-report",
    "--ignore-rust-version",
    "--debug-assertions",
    "--timings",
];

/// Options with a value that change nothing about the program.
const VALUED: [&str; 6] = [
    "-j",
    "--jobs",
    "--color",
    "--message-format",
    "--lockfile-path",
    "--registry",
];

const SPECIAL_PLAIN: [&str; 4] = ["--workspace", "--all", "--build-plan", "--unit-graph"];
const SPECIAL_VALUED: [&str; 12] = [
    "--config",
    "-Z",
    "-C",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--index",
    "--exclude",
    "--artifact-dir",
    "--out-dir",
    "--crate-type",
];

impl Invocation {
    /// Reads the words behind `cargo`.
    pub(crate) fn parse(words: &[Option<String>]) -> Result<Self, Unclear> {
        let mut invocation = Self::default();
        let (words, behind) = match words.iter().position(|word| word.as_deref() == Some("--")) {
            Some(at) => (
                words.get(..at).unwrap_or_default(),
                words.get(at + 1..).unwrap_or_default(),
            ),
            None => (words, &[][..]),
        };
        invocation.behind = behind.to_vec();
        let mut known = Vec::with_capacity(words.len());
        for word in words {
            known.push(word.as_deref().ok_or(Unclear::Variable)?);
        }
        let mut rest = known.into_iter().peekable();
        while let Some(word) = rest.next() {
            if word.starts_with('+') && invocation.verb.is_empty() {
                continue;
            }
            if !word.starts_with('-') || word.len() == 1 {
                invocation.operand(word);
                // What follows the first operand of `cargo run` belongs to the program.
                if invocation.verb == "run" && !invocation.operands.is_empty() {
                    let arguments = rest.by_ref().map(|word| Some(word.to_owned()));
                    let arguments: Vec<_> = arguments.collect();
                    invocation.behind.splice(0..0, arguments);
                }
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            let mut value = || {
                value
                    .map(str::to_owned)
                    .or_else(|| rest.next().map(str::to_owned))
            };
            invocation.option(name, &mut value)?;
        }
        invocation.features.names.sort();
        invocation.features.names.dedup();
        Ok(invocation)
    }

    fn operand(&mut self, word: &str) {
        if self.verb.is_empty() {
            word.clone_into(&mut self.verb);
            self.verb = match word {
                "b" => "build",
                "r" => "run",
                "t" => "test",
                "c" => "check",
                "d" => "doc",
                other => other,
            }
            .to_owned();
        } else {
            self.operands.push(word.to_owned());
        }
    }

    fn option(
        &mut self,
        name: &str,
        value: &mut dyn FnMut() -> Option<String>,
    ) -> Result<(), Unclear> {
        let missing = || Unclear::Option(name.to_owned());
        if name == "--locked" || name == "--frozen" {
            self.locked = true;
            return Ok(());
        }
        match name {
            "--release" | "-r" => self.profile = Some("release".into()),
            "--debug" => self.profile = Some("dev".into()),
            "--profile" => self.profile = Some(value().ok_or_else(missing)?),
            "--target" => self.targets.push(value().ok_or_else(missing)?),
            "--target-dir" => self.target_dir = Some(value().ok_or_else(missing)?),
            "--manifest-path" => self.manifest_path = Some(value().ok_or_else(missing)?),
            "--path" => self.path = Some(value().ok_or_else(missing)?),
            "--root" => self.root = Some(value().ok_or_else(missing)?),
            "--version" | "-V" if self.verb.is_empty() => {}
            // Of a crate to install, its version.
            "--version" | "--vers" => _ = value().ok_or_else(missing)?,
            "-p" | "--package" => self.packages.push(value().ok_or_else(missing)?),
            "--bin" => self.selection.bins.push(value().ok_or_else(missing)?),
            "--bins" | "--all-targets" => self.selection.all_bins = true,
            "--example" => self.selection.examples.push(value().ok_or_else(missing)?),
            "--lib" | "--tests" | "--benches" | "--examples" | "--doc" => {
                self.selection.other = true;
            }
            "--test" | "--bench" => {
                value().ok_or_else(missing)?;
                self.selection.other = true;
            }
            "-F" | "--features" => {
                let list = value().ok_or_else(missing)?;
                let names = list.split([',', ' ']).filter(|name| !name.is_empty());
                self.features.names.extend(names.map(str::to_owned));
            }
            "--all-features" => self.features.all = true,
            "--no-default-features" => self.features.no_default = true,
            _ if PLAIN.contains(&name) => {}
            _ if VALUED.contains(&name) => _ = value().ok_or_else(missing)?,
            _ if SPECIAL_PLAIN.contains(&name) => self.special.push(name.to_owned()),
            _ if SPECIAL_VALUED.contains(&name) => {
                value().ok_or_else(missing)?;
                self.special.push(name.to_owned());
            }
            // `-rq`.
            _ if is_cluster(name) => {
                if name.contains('r') {
                    self.profile = Some("release".into());
                }
            }
            // `-j4`.
            _ if name.starts_with("-j") => {}
            _ => return Err(missing()),
        }
        Ok(())
    }

    /// The folder of the profile's output: `debug` for `dev`.
    /// Source: the Cargo book, "Build cache".
    pub(crate) fn profile_folder(&self) -> &str {
        let default = if self.verb == "install" {
            "release"
        } else {
            "dev"
        };
        match self.profile.as_deref().unwrap_or(default) {
            "dev" | "test" => "debug",
            "bench" => "release",
            other => other,
        }
    }

    /// Whether it makes programs of a package.
    pub(crate) fn makes_programs(&self) -> bool {
        matches!(self.verb.as_str(), "build" | "install" | "run")
    }

    /// Whether it installs a crate of a registry or a repository instead of the project.
    pub(crate) fn is_foreign(&self) -> bool {
        let from_git = self.special.iter().any(|special| special == "--git");
        self.verb == "install" && self.path.is_none() && (from_git || !self.operands.is_empty())
    }
}

/// Several one-letter options in one word.
fn is_cluster(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| letters.len() > 1 && letters.chars().all(|c| "rqv".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Invocation, Unclear> {
        let words: Vec<_> = line.split(' ').map(|word| Some(word.to_owned())).collect();
        Invocation::parse(&words)
    }

    #[test]
    fn options_are_told_from_values() {
        let line = "+nightly build -r --bin api --features a,b --features=c -j4 --target x86_64-unknown-linux-musl";
        let cargo = parse(line).unwrap();
        assert_eq!(cargo.verb, "build");
        assert_eq!(cargo.profile_folder(), "release");
        assert_eq!(cargo.selection.bins, ["api"]);
        assert_eq!(cargo.features.names, ["a", "b", "c"]);
        assert_eq!(cargo.targets, ["x86_64-unknown-linux-musl"]);
        assert_eq!(parse("build").unwrap().profile_folder(), "debug");
        assert_eq!(
            parse("install --path .").unwrap().profile_folder(),
            "release"
        );
        assert_eq!(
            parse("build --profile dist").unwrap().profile_folder(),
            "dist"
        );
    }

    #[test]
    fn arguments_of_the_program_are_its_own() {
        let cargo = parse("run --release -q -- serve --port 1").unwrap();
        let behind: Vec<_> = cargo.behind.iter().flatten().collect();
        assert_eq!(behind, ["serve", "--port", "1"]);
        let cargo = parse("run serve --port 1").unwrap();
        assert_eq!(cargo.operands, ["serve"]);
        assert_eq!(cargo.behind.len(), 2);
    }

    #[test]
    fn what_is_unclear_is_told() {
        assert_eq!(parse("build --wat"), Err(Unclear::Option("--wat".into())));
        assert_eq!(parse("build --bin"), Err(Unclear::Option("--bin".into())));
        let words = [Some("build".to_owned()), None];
        assert_eq!(Invocation::parse(&words), Err(Unclear::Variable));
    }

    #[test]
    fn crates_of_others_are_told_apart() {
        assert!(
            parse("install diesel_cli --no-default-features --features postgres")
                .unwrap()
                .is_foreign()
        );
        assert!(
            parse("install --git https://example.org/x")
                .unwrap()
                .is_foreign()
        );
        assert!(
            !parse("install --locked --root /opt --path .")
                .unwrap()
                .is_foreign()
        );
    }
}

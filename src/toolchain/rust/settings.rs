//! What configures a run of cargo beside its command line: the environment and the config files.
//! In: a command of a RUN. Out: where its output goes, for which target, and the compiler's flags.

use toml::{Table, Value};

use super::invocation::Invocation;
use super::workspace;
use crate::dockerfile::contract::clean;
use crate::knowledge::distro::Libc;
use crate::outcome::{Code, Decline};
use crate::plan::build::{Build, RunCommand, Step};
use crate::toolchain::compiled::tree::parent;

/// How one run of cargo is configured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settings {
    /// The directory of the manifest that cargo works on, in the image.
    pub directory: String,
    /// The directory of its workspace: of the lockfile and, if nobody says otherwise, of the target
    /// directory. The same for a package alone.
    pub root: String,
    /// The target directory, absolute.
    pub target_dir: String,
    /// The targets; empty for the builder's own machine.
    pub targets: Vec<String>,
    /// Flags for the compiler.
    pub rustflags: String,
    /// Config files that hold, by their context paths.
    pub config_files: Vec<String>,
    /// Where `cargo install` puts programs.
    pub install_dir: String,
    /// Whether a config file replaces registries by directories or adds paths.
    pub replaces_sources: bool,
}

/// The configuration of `command`, which is `cargo`.
pub(crate) fn read(
    build: &Build<'_>,
    step: &Step<'_>,
    command: &RunCommand,
    cargo: &Invocation,
) -> Result<Settings, Decline> {
    let here = command.directory.clone().ok_or_else(|| {
        let message = "the directory in which cargo runs hangs on a variable";
        Decline::new(Code::UnresolvedVariable, message).at(command.line)
    })?;
    of(build, &here, &|name| variable(step, command, name), cargo)
        .map_err(|decline| decline.at(command.line))
}

/// The configuration of a run of cargo in the directory `here`.
pub(crate) fn of(
    build: &Build<'_>,
    here: &str,
    variable: &dyn Fn(&str) -> Variable,
    cargo: &Invocation,
) -> Result<Settings, Decline> {
    let known = |name: &str| match variable(name) {
        Variable::Open => {
            let message = format!("`{name}` hangs on a variable whose value is unknown");
            Err(Decline::new(Code::UnresolvedVariable, message))
        }
        Variable::Is(value) if !value.is_empty() => Ok(Some(value)),
        _ => Ok(None),
    };
    let within = |path: &str| {
        if path.starts_with('/') {
            clean(path)
        } else {
            clean(&format!("{here}/{path}"))
        }
    };
    let directory = package_directory(build, here, cargo);
    let workspace = workspace::root_of(build, &directory);
    let files = config_files(build, here);
    let mut config = Config::default();
    for file in &files {
        config.read(build, file)?;
    }
    let from_environment = known("CARGO_TARGET_DIR")?.or(known("CARGO_BUILD_TARGET_DIR")?);
    let target_dir = match (&cargo.target_dir, from_environment, &config.target_dir) {
        (Some(path), ..) => within(path),
        (None, Some(path), _) => within(&path),
        // Relative to the directory that holds `.cargo`.
        (None, None, Some((root, path))) if !path.starts_with('/') => {
            clean(&format!("{root}/{path}"))
        }
        (None, None, Some((_, path))) => clean(path),
        (None, None, None) => clean(&format!("{workspace}/target")),
    };
    let mut targets = cargo.targets.clone();
    if targets.is_empty() {
        targets.extend(known("CARGO_BUILD_TARGET")?);
    }
    if targets.is_empty() {
        targets.clone_from(&config.targets);
    }
    let own_flags = known("CARGO_ENCODED_RUSTFLAGS")?.or(known("RUSTFLAGS")?);
    let mut rustflags = own_flags
        .clone()
        .unwrap_or_else(|| config.rustflags.join(" "));
    if own_flags.is_none() {
        for name in build_flag_variables(&targets, build) {
            if let Some(more) = known(&name)? {
                rustflags = format!("{rustflags} {more}");
            }
        }
    }
    let rustflags = rustflags.replace('\u{1f}', " ");
    let home = known("CARGO_HOME")?.unwrap_or_else(|| "/usr/local/cargo".into());
    let root = match &cargo.root {
        Some(path) => within(path),
        None => known("CARGO_INSTALL_ROOT")?.map_or(home, |path| within(&path)),
    };
    Ok(Settings {
        directory,
        root: workspace,
        target_dir,
        targets,
        rustflags,
        config_files: files.into_iter().map(|(_, file)| file).collect(),
        install_dir: clean(&format!("{root}/bin")),
        replaces_sources: config.replaces_sources,
    })
}

/// `CARGO_BUILD_RUSTFLAGS`, `CARGO_TARGET_<TRIPLE>_RUSTFLAGS`.
fn build_flag_variables(targets: &[String], build: &Build<'_>) -> Vec<String> {
    let libc = match build.base.image.libc() {
        Some(Libc::Musl) => "MUSL",
        _ => "GNU",
    };
    let mut names = vec!["CARGO_BUILD_RUSTFLAGS".to_owned()];
    if targets.is_empty() {
        for machine in ["X86_64", "AARCH64"] {
            names.push(format!(
                "CARGO_TARGET_{machine}_UNKNOWN_LINUX_{libc}_RUSTFLAGS"
            ));
        }
    }
    for target in targets {
        let target = target.to_ascii_uppercase().replace('-', "_");
        names.push(format!("CARGO_TARGET_{target}_RUSTFLAGS"));
    }
    names
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Variable {
    /// Nobody sets it.
    Unset,
    /// It is set, to what is not known.
    Open,
    /// Its value.
    Is(String),
}

impl Variable {
    /// From where it is set, if it is, to a value that may not be known.
    pub(crate) fn of(known: Option<&Option<String>>) -> Self {
        match known {
            None => Self::Unset,
            Some(None) => Self::Open,
            Some(Some(value)) => Self::Is(value.clone()),
        }
    }
}

/// An environment variable as a command sees it.
fn variable(step: &Step<'_>, command: &RunCommand, name: &str) -> Variable {
    if let Some(value) = command.variables.get(name) {
        return Variable::Is(value.clone());
    }
    let here = &command.command.assignments;
    if here.iter().any(|(known, _)| known == name) {
        return Variable::Open;
    }
    let state = &step.state;
    let mut known = state
        .contract
        .env
        .iter()
        .rev()
        .chain(state.args.iter().rev());
    Variable::of(
        known
            .find(|(known, _)| known == name)
            .map(|(_, value)| value),
    )
}

/// The directory of the package that cargo works on: that of `--path` or `--manifest-path`, else
/// the nearest one upwards that holds a manifest.
fn package_directory(build: &Build<'_>, here: &str, cargo: &Invocation) -> String {
    let within = |path: &str| {
        if path.starts_with('/') {
            clean(path)
        } else {
            clean(&format!("{here}/{path}"))
        }
    };
    if let Some(path) = &cargo.path {
        return within(path);
    }
    if let Some(path) = &cargo.manifest_path {
        return parent(&within(path)).to_owned();
    }
    let mut directory = here;
    loop {
        let manifest = format!("{}/Cargo.toml", directory.trim_end_matches('/'));
        if build
            .context_path(&manifest)
            .is_some_and(|path| build.context.is_file(&path))
        {
            return directory.to_owned();
        }
        if directory == "/" {
            return here.to_owned();
        }
        directory = parent(directory);
    }
}

/// The config files that hold in a directory, nearest first: (directory above `.cargo`, file).
pub(super) fn config_files(build: &Build<'_>, here: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut directory = here.to_owned();
    loop {
        let root = directory.trim_end_matches('/').to_owned();
        // The name without an ending wins where both are there. Source: the Cargo book.
        let file = ["config", "config.toml"].iter().find_map(|name| {
            let path = build.context_path(&format!("{root}/.cargo/{name}"))?;
            build.context.is_file(&path).then_some(path)
        });
        if let Some(file) = file {
            found.push((clean(&root), file));
        }
        if directory == "/" {
            return found;
        }
        directory = parent(&directory).to_owned();
    }
}

/// What config files say, the nearest one first.
#[derive(Default)]
struct Config {
    targets: Vec<String>,
    target_dir: Option<(String, String)>,
    rustflags: Vec<String>,
    replaces_sources: bool,
}

impl Config {
    fn read(&mut self, build: &Build<'_>, (root, path): &(String, String)) -> Result<(), Decline> {
        let text = build.context.read(path).unwrap_or_default();
        let unread =
            |what: &str| Decline::new(Code::UnsupportedProject, format!("`{path}` {what}"));
        let table: Table = text.parse().map_err(|_| unread("is not valid TOML"))?;
        if table.contains_key("include") {
            return Err(unread("includes other files"));
        }
        self.replaces_sources |= table.contains_key("source")
            || table.contains_key("paths")
            || table.contains_key("patch");
        let section = |key: &str| table.get(key).and_then(Value::as_table);
        if let Some(of_build) = section("build") {
            if self.targets.is_empty() {
                self.targets = words(of_build.get("target"));
            }
            if self.target_dir.is_none() {
                let own = of_build.get("target-dir").and_then(Value::as_str);
                self.target_dir = own.map(|own| (root.clone(), own.to_owned()));
            }
            self.rustflags.extend(words(of_build.get("rustflags")));
        }
        for (triple, target) in section("target").into_iter().flatten() {
            let may_hold = triple.contains("linux") || triple.starts_with("cfg(");
            let flags = target.as_table().and_then(|target| target.get("rustflags"));
            if may_hold {
                self.rustflags.extend(words(flags));
            }
        }
        Ok(())
    }
}

/// A string, split at blanks, or a list of strings.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::rust::commands;

    fn settings(dockerfile: &str, files: &[(&str, &str)]) -> Settings {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\n{dockerfile}\n");
        sample(&text, files, |build| {
            let (step, command) = build.commands().last().unwrap();
            let cargo = commands::invocation(command).unwrap().unwrap();
            read(build, &build.steps[step], command, &cargo).unwrap()
        })
    }

    const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname='a'");

    #[test]
    fn the_target_directory_is_where_cargo_would_put_it() {
        for (dockerfile, directory) in [
            ("COPY . .\nRUN cargo build", "/app/target"),
            ("COPY . .\nRUN cd src && cargo build", "/app/target"),
            ("COPY . .\nENV CARGO_TARGET_DIR=/t\nRUN cargo build", "/t"),
            ("COPY . .\nRUN CARGO_TARGET_DIR=out cargo build", "/app/out"),
            (
                "COPY . .\nENV CARGO_TARGET_DIR=/t\nRUN cargo build --target-dir /u",
                "/u",
            ),
            (
                "COPY . sub\nRUN cargo install --path sub",
                "/app/sub/target",
            ),
            (
                "COPY . sub\nRUN cargo build --manifest-path sub/Cargo.toml",
                "/app/sub/target",
            ),
        ] {
            let settings = settings(dockerfile, &[MANIFEST, ("src/main.rs", "")]);
            assert_eq!(settings.target_dir, directory, "{dockerfile}");
        }
    }

    #[test]
    fn config_files_are_read_from_the_directory_upwards() {
        let config = "[build]\ntarget='x86_64-unknown-linux-musl'\ntarget-dir='out'\nrustflags='-C opt'\n\
                      [target.x86_64-unknown-linux-musl]\nrustflags=['-C','target-feature=-crt-static']";
        let files = [MANIFEST, (".cargo/config.toml", config)];
        let settings = settings("COPY . .\nRUN cargo build", &files);
        assert_eq!(settings.targets, ["x86_64-unknown-linux-musl"]);
        assert_eq!(settings.target_dir, "/app/out");
        assert_eq!(settings.rustflags, "-C opt -C target-feature=-crt-static");
        assert_eq!(settings.config_files, [".cargo/config.toml"]);
    }

    #[test]
    fn the_environment_wins_over_config_files() {
        let files = [
            MANIFEST,
            (".cargo/config.toml", "[build]\nrustflags='-a'\ntarget='x'"),
        ];
        let dockerfile = "COPY . .\nENV RUSTFLAGS=-b CARGO_BUILD_TARGET=y CARGO_HOME=/c\nRUN cargo install --path .";
        let settings = settings(dockerfile, &files);
        assert_eq!(
            (settings.rustflags.as_str(), settings.targets),
            ("-b", vec!["y".to_owned()])
        );
        assert_eq!(settings.install_dir, "/c/bin");
    }
}

//! What a program needs of its surroundings. In: its sources and its crates. Out: certificates,
//! time zones, temporary files, accounts, programs, places that it writes to.

use super::crates::Crates;
use super::sources::Sources;
use crate::dockerfile::contract::clean;
use crate::dockerfile::shell;
use crate::knowledge::programs::debian_package;
use crate::outcome::{Code, Decline, Note};
use crate::plan::analysis::{Need, Needs};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::is_system_directory;
use crate::project::evidence::Evidence;
use crate::project::source::{Arg, Call, FileScan};
use crate::toolchain::compiled::tree::{file_name, parent};

/// What the sources say about the program's surroundings.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// For the core.
    pub needs: Needs,
    /// Deliberate differences and advice.
    pub notes: Vec<Note>,
}

/// Where a program runs.
pub(crate) struct Place<'p> {
    /// The directory in which it starts.
    pub directory: &'p str,
    /// The names of the project's own programs.
    pub own: &'p [String],
    /// Whether cargo started it in the original.
    pub by_cargo: bool,
}

/// Crates that trust what the system trusts.
const TRUST: [&str; 10] = [
    "native-tls",
    "openssl-sys",
    "rustls-native-certs",
    "rustls-platform-verifier",
    "curl-sys",
    "openssl-probe",
    "libgit2-sys",
    "ureq",
    "reqwest",
    "hyper-tls",
];

/// Crates that use the system's time zones; `chrono-tz` has its own.
const ZONES: [&str; 4] = ["tz-rs", "tzfile", "jiff", "tzdb"];

/// Reads the needs of a program.
pub(crate) fn read(
    build: &Build<'_>,
    sources: &Sources,
    crates: &Crates,
    place: &Place<'_>,
) -> Result<Found, Decline> {
    let mut reader = Reader {
        build,
        sources,
        place,
        found: Found::default(),
    };
    reader.crates(crates);
    for file in &sources.files {
        let temporary = file.facts.calls.iter().any(is_temporary);
        for call in &file.facts.calls {
            let evidence = Evidence::line(&file.path, call.line);
            reader.surroundings(call, &evidence);
            reader.execution(file, call, &evidence)?;
            reader.write(call, &evidence, temporary);
        }
        reader.strings(file);
    }
    reader.environment()?;
    Ok(reader.found)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    sources: &'r Sources,
    place: &'r Place<'r>,
    found: Found,
}

fn is_temporary(call: &Call) -> bool {
    matches!(
        call.function(),
        "temp_dir" | "tempfile" | "tempdir" | "NamedTempFile" | "tempdir_in"
    ) || call.callee.ends_with("NamedTempFile::new")
        || call.callee.ends_with("TempDir::new")
        || call.callee.ends_with("tempfile::Builder::new")
}

impl Reader<'_, '_> {
    fn crates(&mut self, crates: &Crates) {
        let needs = &mut self.found.needs;
        let because = |name: &str, what: &str| {
            Because::rule(format!("the crate `{name}` {what}")).and(crates.evidence.clone())
        };
        if let Some(name) = crates.first_of(&TRUST) {
            needs.certificates = Some(because(name, "trusts the system's certificates"));
        }
        if let Some(name) = crates.first_of(&ZONES) {
            needs.zoneinfo = Some(because(name, "reads the system's time zones"));
        }
        if let Some(name) = crates.first_of(&["users", "uzers", "pwd", "whoami"]) {
            needs.accounts = Some(because(name, "looks accounts up"));
        }
        if let Some(name) = crates.first_of(&["tempfile", "multer", "actix-multipart", "rocket"]) {
            needs.tmp = Some(because(name, "may make temporary files"));
        }
    }

    fn surroundings(&mut self, call: &Call, evidence: &Evidence) {
        let needs = &mut self.found.needs;
        let because = |rule: &str| Because::fact(rule, evidence);
        let callee = call.callee.as_str();
        if is_temporary(call) {
            needs.tmp.get_or_insert(because("temporary files are made"));
        }
        let home = [
            "dirs::",
            "directories::",
            "ProjectDirs::",
            "BaseDirs::",
            "UserDirs::",
            "home::home_dir",
            "home_dir",
            "env::home_dir",
            "shellexpand::tilde",
        ];
        if home.iter().any(|name| callee.starts_with(name)) {
            needs
                .home
                .get_or_insert(because("the home directory is used"));
        }
        if matches!(
            call.function(),
            "from_name" | "get_user_by_name" | "getpwnam"
        ) && (callee.contains("User") || callee.contains("users") || callee.contains("getpwnam"))
        {
            needs
                .accounts
                .get_or_insert(because("accounts are looked up"));
        }
        let as_root = [
            "setuid",
            "setgid",
            "setresuid",
            "chroot",
            "unshare",
            "initgroups",
        ];
        if as_root.contains(&call.function()) || callee == "PrivDrop::default" {
            needs
                .root
                .get_or_insert(because("it calls what only root may"));
        }
    }

    /// Programs that are executed: `Command::new` of the standard library, tokio or async-std,
    /// and the `cmd!` of duct and xshell.
    fn execution(
        &mut self,
        file: &FileScan,
        call: &Call,
        evidence: &Evidence,
    ) -> Result<(), Decline> {
        let is_command = call.callee == "Command::new" || call.callee.ends_with("::Command::new");
        let is_macro = matches!(call.callee.as_str(), "cmd!" | "duct::cmd!" | "xshell::cmd!");
        if !is_command && !is_macro {
            return Ok(());
        }
        let text = self.build.context.read(&file.path).unwrap_or_default();
        // clap has a `Command` too.
        if is_command && !text.contains("process::") {
            return Ok(());
        }
        let clap = text.contains("clap") && is_command && !call.callee.contains("process");
        let Some(program) = call
            .text(0)
            .map(|text| text.split(' ').next().unwrap_or(text))
        else {
            if !clap {
                self.unknown_program(evidence);
            }
            return Ok(());
        };
        let is_own = self.place.own.iter().any(|own| own == file_name(program));
        if clap && is_own {
            return Ok(());
        }
        self.program(program, evidence)?;
        if matches!(file_name(program), "sh" | "bash") {
            self.shell_texts(file, evidence)?;
        }
        Ok(())
    }

    fn program(&mut self, program: &str, evidence: &Evidence) -> Result<(), Decline> {
        let name = file_name(program);
        if matches!(
            name,
            "cargo" | "rustc" | "rustup" | "rustfmt" | "rustdoc" | "clippy-driver"
        ) {
            let message = format!("the program runs `{name}` ({evidence})");
            return Err(Decline::new(Code::ToolchainAtRuntime, message)
                .hint("an image that compiles needs its toolchain"));
        }
        let because = Because::fact(format!("the program runs `{name}`"), evidence);
        if matches!(name, "sh" | "ash" | "dash" | "bash") {
            self.found.needs.shell.get_or_insert(because.clone());
        }
        let is_own = self.place.own.iter().any(|own| own == name);
        if !is_own && name != "sh" && !name.is_empty() {
            self.add_program(program, because);
        }
        Ok(())
    }

    /// `Command::new("sh").arg("-c").arg("text")`: the programs of what could be the text.
    fn shell_texts(&mut self, file: &FileScan, evidence: &Evidence) -> Result<(), Decline> {
        for literal in file
            .facts
            .strings
            .iter()
            .filter(|literal| literal.value.contains(' '))
        {
            for command in shell::parse(&literal.value).commands {
                let name = command.program().unwrap_or_default();
                if debian_package(&name, None).is_some()
                    || matches!(name.as_str(), "cargo" | "rustc")
                {
                    self.program(&name, evidence)?;
                }
            }
        }
        Ok(())
    }

    fn add_program(&mut self, program: &str, because: Because) {
        let programs = &mut self.found.needs.programs;
        if !programs.iter().any(|need| need.value == program) {
            programs.push(Need::new(program.to_owned(), because));
        }
    }

    /// A program whose name is configured: a shell at the least, and every program that the
    /// sources name anywhere.
    fn unknown_program(&mut self, evidence: &Evidence) {
        if self.found.needs.shell.is_some() {
            return;
        }
        let rule = "it runs a program whose name is not in the call";
        let because = Because::fact(rule, evidence);
        self.found.needs.shell = Some(because.clone());
        let message =
            format!("{rule} ({evidence}): check that the final stage has what you configure");
        self.found.notes.push(Note {
            line: None,
            message,
        });
        let literals = self
            .sources
            .files
            .iter()
            .flat_map(|file| &file.facts.strings);
        let known: Vec<String> = literals
            .map(|literal| literal.value.as_str())
            .filter(|text| text.len() < 40 && debian_package(text, None).is_some())
            .map(str::to_owned)
            .collect();
        for program in known {
            self.add_program(&program, because.clone());
        }
    }

    /// Places that are written to.
    fn write(&mut self, call: &Call, evidence: &Evidence, temporary: bool) {
        let Some((argument, is_dir)) = written(call) else {
            return;
        };
        let text = match argument {
            Some(Arg::Text(text)) => text,
            Some(Arg::Prefix(text)) if text.contains('/') => {
                text.get(..=text.rfind('/').unwrap_or(0)).unwrap_or(text)
            }
            _ if temporary => return,
            _ => return self.unknown_write(evidence),
        };
        let because = Because::fact("the program writes there", evidence);
        self.add_write(text, is_dir || text.ends_with('/'), because);
    }

    fn add_write(&mut self, text: &str, is_dir: bool, because: Because) {
        let text = text.split('?').next().unwrap_or(text);
        if text.is_empty()
            || text.contains(":memory:")
            || text.starts_with("/dev/")
            || text.contains('{')
        {
            return;
        }
        let path = if text.starts_with('/') {
            clean(text)
        } else {
            clean(&format!("{}/{text}", self.place.directory))
        };
        if path == "/tmp" || path.starts_with("/tmp/") {
            self.found.needs.tmp.get_or_insert(because);
            return;
        }
        let value = if is_dir { path.as_str() } else { parent(&path) };
        let writes = &mut self.found.needs.writes;
        if !writes.iter().any(|need| need.value == value) {
            writes.push(Need::new(value.to_owned(), because));
        }
    }

    /// A file whose place is configured. Volumes, directories that variables name and those that
    /// the build made are taken for that place; without any, no owner can be shown to suffice.
    fn unknown_write(&mut self, evidence: &Evidence) {
        let contract = &self.build.end.contract;
        let is_place = |value: &Option<String>| {
            value.as_deref().is_some_and(|value| {
                value.starts_with('/') && !is_system_directory(value) && !value.contains(':')
            })
        };
        let own = contract.env.iter().filter(|(name, value)| {
            is_place(value) && self.build.base.image.config.var(name).is_none()
        });
        let configured = !contract.volumes.is_empty() || own.count() > 0;
        if configured || self.found.needs.root.is_some() {
            return;
        }
        let rule = "it writes files whose place the sources do not tell";
        self.found.needs.root = Some(Because::fact(rule, evidence));
    }

    fn strings(&mut self, file: &FileScan) {
        for literal in &file.facts.strings {
            let evidence = Evidence::line(&file.path, literal.line);
            let text = literal.value.as_str();
            if text == "/tmp" || text.starts_with("/tmp/") {
                let because = Because::fact("a path below /tmp", &evidence);
                self.found.needs.tmp.get_or_insert(because);
            }
            if text.ends_with("docker.sock") {
                let because = Because::fact("the docker socket is used", &evidence);
                self.found.needs.root.get_or_insert(because);
            }
            if !literal.partial {
                self.database(text, Because::fact("a database of SQLite", &evidence));
            }
        }
    }

    /// `sqlite://data.db`, `sqlite:data.db`.
    fn database(&mut self, text: &str, because: Because) {
        let Some(path) = text.strip_prefix("sqlite:") else {
            return;
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-?=&".contains(c))
        {
            self.add_write(path, false, because);
        }
    }

    /// `TZ`, databases in variables, and variables that only cargo sets.
    fn environment(&mut self) -> Result<(), Decline> {
        let tz = self.build.end.lookup("TZ").unwrap_or_default();
        if !matches!(tz.as_str(), "" | "UTC" | "Etc/UTC") {
            self.found
                .needs
                .zoneinfo
                .get_or_insert(Because::rule("TZ names a time zone"));
        }
        let env = self.build.end.contract.env.clone();
        for (name, value) in &env {
            let because = Because::rule(format!("`{name}` names a database of SQLite"));
            self.database(value.as_deref().unwrap_or_default(), because);
        }
        for file in &self.sources.files {
            for (name, line) in &file.facts.env_reads {
                if self.place.by_cargo && (name.starts_with("CARGO") || name == "RUSTUP_TOOLCHAIN")
                {
                    let place = Evidence::line(&file.path, *line);
                    let message =
                        format!("the program reads `{name}`, which `cargo run` sets ({place})");
                    return Err(Decline::new(Code::ToolchainAtRuntime, message)
                        .hint("use `env!` so that the value is compiled in"));
                }
            }
        }
        Ok(())
    }
}

/// What a call writes to, if it writes: the argument, and whether that is a directory.
fn written(call: &Call) -> Option<(Option<&Arg>, bool)> {
    let callee = call.callee.as_str();
    let path: Vec<&str> = callee.rsplit("::").take(2).collect();
    let file = |index: usize| Some((call.args.get(index), false));
    match path.as_slice() {
        ["create" | "create_new", "File"] | ["write", "fs"] => file(0),
        ["create_dir" | "create_dir_all", "fs"] => Some((call.args.first(), true)),
        ["rename" | "copy", "fs"] => file(1),
        ["open", "Connection" | "sled" | "SqliteConnection" | "DB"] | ["open_default", "DB"] => {
            file(0)
        }
        ["create", "Database"] => file(0),
        ["daily" | "hourly" | "minutely" | "never", "rolling"] => Some((call.args.first(), true)),
        _ if callee.contains("OpenOptions") && call.function() == "open" => {
            let writes = ["write", "append", "create", "create_new", "truncate"];
            writes
                .iter()
                .any(|mode| callee.contains(&format!(".{mode}(")))
                .then(|| file(0))
                .flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::rust::crates::Crate;
    use crate::toolchain::rust::{manifest, sources};

    fn found(source: &str, dockerfile: &str) -> Result<Found, Code> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{dockerfile}\n");
        let files = [
            ("Cargo.toml", "[package]\nname='a'"),
            ("src/main.rs", source),
        ];
        sample(&text, &files, |build| {
            let package = manifest::read(build.context, "").unwrap();
            let sources = sources::read(build, &package, false).unwrap();
            let place = Place {
                directory: "/app",
                own: &["a".to_owned()],
                by_cargo: true,
            };
            read(build, &sources, &Crates::default(), &place).map_err(|decline| decline.code)
        })
    }

    fn main(body: &str) -> Found {
        found(
            &format!(
                "use std::process::Command;\nuse std::fs::{{self, File}};\nfn main() {{ {body}; }}"
            ),
            "",
        )
        .unwrap()
    }

    #[test]
    fn programs_are_found_and_clap_is_not_one() {
        let names = |body: &str| -> Vec<String> {
            main(body)
                .needs
                .programs
                .into_iter()
                .map(|need| need.value)
                .collect()
        };
        assert_eq!(
            names("Command::new(\"git\").arg(\"log\").status()"),
            ["git"]
        );
        assert_eq!(
            names("std::process::Command::new(\"/usr/bin/curl\").spawn()"),
            ["/usr/bin/curl"]
        );
        assert_eq!(
            names("Command::new(\"sh\").arg(\"-c\").arg(\"convert a b\").spawn()"),
            ["convert"]
        );
        assert_eq!(names("Command::new(\"a\").spawn()"), [] as [&str; 0]);
        let clap = found(
            "use clap::Command;\nfn main() { Command::new(\"tool\"); }",
            "",
        )
        .unwrap();
        assert!(clap.needs.programs.is_empty() && clap.needs.shell.is_none());
        assert!(main("Command::new(&name).spawn()").needs.shell.is_some());
        let compiler =
            "use std::process::Command;\nfn main() { Command::new(\"rustc\").status(); }";
        assert_eq!(found(compiler, "").unwrap_err(), Code::ToolchainAtRuntime);
    }

    #[test]
    fn places_that_are_written_to_are_found() {
        let writes = |body: &str| -> Vec<String> {
            main(body)
                .needs
                .writes
                .into_iter()
                .map(|need| need.value)
                .collect()
        };
        assert_eq!(writes("File::create(\"/data/x/out.txt\")"), ["/data/x"]);
        assert_eq!(writes("fs::create_dir_all(\"uploads\")"), ["/app/uploads"]);
        assert_eq!(
            writes("connect(\"sqlite:///data/app.db?mode=rwc\")"),
            ["/data"]
        );
        assert_eq!(writes("connect(\"sqlite://app.db\")"), ["/app"]);
        assert_eq!(
            writes("tracing_appender::rolling::daily(\"/logs\", \"x.log\")"),
            ["/logs"]
        );
        assert!(writes("File::create(\"/tmp/x\")").is_empty());
        assert!(writes("Connection::open(\":memory:\")").is_empty());
        assert!(main("File::create(&path)").needs.root.is_some());
        assert!(main("File::create(\"/tmp/x\")").needs.tmp.is_some());
        let volume = found("fn main() { std::fs::File::create(&p); }", "VOLUME /data").unwrap();
        assert!(volume.needs.root.is_none());
    }

    #[test]
    fn crates_tell_of_certificates() {
        let files = [("Cargo.toml", "[package]\nname='a'"), ("src/main.rs", "")];
        sample("FROM rust:1\nCOPY . /app\n", &files, |build| {
            let package = manifest::read(build.context, "").unwrap();
            let sources = sources::read(build, &package, false).unwrap();
            let all = vec![Crate {
                name: "rustls-native-certs".into(),
                dependencies: Vec::new(),
            }];
            let crates = Crates {
                all,
                ..Crates::default()
            };
            let place = Place {
                directory: "/app",
                own: &[],
                by_cargo: false,
            };
            let needs = read(build, &sources, &crates, &place).unwrap().needs;
            assert!(needs.certificates.is_some() && needs.zoneinfo.is_none());
        });
    }

    #[test]
    fn what_only_cargo_sets_needs_cargo() {
        let source = "fn main() { std::env::var(\"CARGO_MANIFEST_DIR\"); }";
        assert_eq!(found(source, "").unwrap_err(), Code::ToolchainAtRuntime);
    }
}

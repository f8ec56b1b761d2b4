//! What a program needs of its surroundings. In: its sources and its crates. Out: certificates,
//! time zones, temporary files, accounts, programs, places that it writes to.

use super::crates::Crates;
use super::sources::Sources;
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, FileScan};
use crate::toolchain::compiled::made;
use crate::toolchain::compiled::surroundings::Surroundings;
use crate::toolchain::compiled::tree::Tree;

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
    tree: &Tree,
    sources: &Sources,
    crates: &Crates,
    place: &Place<'_>,
) -> Result<Surroundings, Decline> {
    let mut reader = Reader {
        build,
        tree,
        sources,
        place,
        found: Surroundings::default(),
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

pub(super) struct Reader<'r, 'a> {
    pub(super) build: &'r Build<'a>,
    pub(super) tree: &'r Tree,
    pub(super) sources: &'r Sources,
    pub(super) place: &'r Place<'r>,
    pub(super) found: Surroundings,
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

    fn strings(&mut self, file: &FileScan) {
        for literal in &file.facts.strings {
            let evidence = Evidence::line(&file.path, literal.line);
            let text = literal.value.as_str();
            if !literal.partial && made::may_be_made(self.tree, self.place.directory, text) {
                let rule = "a file that may be written, in a directory of the project";
                let because = Because::fact(rule, &evidence);
                self.found.write(self.place.directory, text, false, because);
            }
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::rust::crates::Crate;
    use crate::toolchain::rust::{manifest, sources};

    pub(in crate::toolchain::rust) fn found(
        source: &str,
        dockerfile: &str,
    ) -> Result<Surroundings, Code> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{dockerfile}\n");
        let files = [
            ("Cargo.toml", "[package]\nname='a'"),
            ("src/main.rs", source),
        ];
        sample(&text, &files, |build| {
            let package = manifest::read(build.context, "", &manifest::Shared::default()).unwrap();
            let sources = sources::read(build, &sources::tests::of_one(&package), false).unwrap();
            let place = Place {
                directory: "/app",
                own: &["a".to_owned()],
                by_cargo: true,
            };
            read(
                build,
                &Tree::of(build),
                &sources,
                &Crates::default(),
                &place,
            )
            .map_err(|decline| decline.code)
        })
    }

    pub(in crate::toolchain::rust) fn main(body: &str) -> Surroundings {
        found(
            &format!(
                "use std::process::Command;\nuse std::fs::{{self, File}};\nfn main() {{ {body}; }}"
            ),
            "",
        )
        .unwrap()
    }

    #[test]
    fn crates_tell_of_certificates() {
        let files = [("Cargo.toml", "[package]\nname='a'"), ("src/main.rs", "")];
        sample("FROM rust:1\nCOPY . /app\n", &files, |build| {
            let package = manifest::read(build.context, "", &manifest::Shared::default()).unwrap();
            let sources = sources::read(build, &sources::tests::of_one(&package), false).unwrap();
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
            let found = read(build, &Tree::of(build), &sources, &crates, &place).unwrap();
            let needs = found.needs;
            assert!(needs.certificates.is_some() && needs.zoneinfo.is_none());
        });
    }

    #[test]
    fn what_only_cargo_sets_needs_cargo() {
        let source = "fn main() { std::env::var(\"CARGO_MANIFEST_DIR\"); }";
        assert_eq!(found(source, "").unwrap_err(), Code::ToolchainAtRuntime);
    }
}

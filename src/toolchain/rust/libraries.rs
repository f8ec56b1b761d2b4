//! Shared libraries. In: the crates of a program, its build script, and what the Dockerfile
//! installs. Out: the packages of the builder's distribution that it is linked with.

use std::collections::BTreeSet;

use super::crates::{Crate, Crates};
use crate::knowledge::apk_libraries::alpine_runtime_libraries;
use crate::knowledge::carried::carries_package;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::{Distro, Libc};
use crate::knowledge::packages::is_development;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;

const TABLE: &str = include_str!("data/native-crates.tsv");

/// What a native crate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    kind: &'static str,
    debian: &'static str,
    alpine: &'static str,
    unless: &'static str,
}

fn rule(name: &str) -> Option<Rule> {
    let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let line: &'static str = lines.find(|line| line.split('\t').next() == Some(name))?;
    let column = |at: usize| line.split('\t').nth(at).unwrap_or_default();
    Some(Rule {
        kind: column(1),
        debian: column(2),
        alpine: column(3),
        unless: column(4),
    })
}

/// Development packages that compilers and generators load while building, and the program never.
const FOR_COMPILERS: [&str; 6] = [
    "libclang",
    "llvm",
    "libllvm",
    "libc6-dev",
    "linux-libc-dev",
    "libstdc++",
];

/// The packages whose libraries a program is linked with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Libraries {
    /// By their names on the builder's release.
    pub packages: Vec<Need<String>>,
    /// Whether C++ is in the program.
    pub cxx: bool,
}

/// Reads the libraries of a program made of `crates`.
pub(crate) fn read(build: &Build<'_>, crates: &Crates) -> Result<Libraries, Decline> {
    let mut reader = Reader {
        build,
        crates,
        explained: BTreeSet::new(),
        found: Libraries::default(),
    };
    for known in &crates.all {
        reader.native(known)?;
    }
    reader.installed()?;
    if build.base.image.libc() == Some(Libc::Musl) {
        // Rust's own unwinder is in a library of GCC there.
        reader.add(
            "libgcc",
            &Because::rule("programs linked with musl dynamically need libgcc"),
        );
        if reader.found.cxx {
            reader.add("libstdc++", &Because::rule("a crate brings C++ along"));
        }
    }
    Ok(reader.found)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    crates: &'r Crates,
    /// Development packages whose use is known.
    explained: BTreeSet<String>,
    found: Libraries,
}

impl Reader<'_, '_> {
    fn native(&mut self, known: &Crate) -> Result<(), Decline> {
        let name = known.name.as_str();
        let because =
            Because::rule(format!("the crate `{name}`")).and(self.crates.evidence.clone());
        let Some(rule) = rule(name) else {
            let is_native = name.ends_with("-sys") || name.ends_with("_sys");
            return if is_native {
                Err(self.unknown(name))
            } else {
                Ok(())
            };
        };
        let musl = self.build.base.image.libc() == Some(Libc::Musl);
        let packages = if musl { rule.alpine } else { rule.debian };
        let packages: Vec<&str> = packages
            .split(' ')
            .filter(|name| !name.is_empty())
            .collect();
        self.explained
            .extend(packages.iter().map(|name| (*name).to_owned()));
        match rule.kind {
            "none" | "bundled" => Ok(()),
            "c++" => {
                self.found.cxx = true;
                Ok(())
            }
            "system" if self.brings_its_own(known, rule) => {
                self.found.cxx = true;
                Ok(())
            }
            "system" if packages.is_empty() => Err(self.unknown(name)),
            "system" => packages
                .iter()
                .try_for_each(|package| self.behind(package, &because)),
            "found" => {
                let there = packages.iter().filter(|package| self.is_there(package));
                let there: Vec<&str> = there.copied().collect();
                there
                    .iter()
                    .try_for_each(|package| self.behind(package, &because))
            }
            _ => Err(self.unknown(name)),
        }
    }

    /// Whether a crate compiles its library itself. In doubt it does not: a library too many does
    /// no harm.
    fn brings_its_own(&self, known: &Crate, rule: Rule) -> bool {
        let forced = [
            "OPENSSL_NO_VENDOR",
            "LIBSQLITE3_SYS_USE_PKG_CONFIG",
            "PKG_CONFIG_ALL_DYNAMIC",
        ];
        let is_forced = forced.iter().any(|name| {
            let in_run = self
                .build
                .commands()
                .any(|(_, command)| command.variables.contains_key(*name));
            in_run
                || self
                    .build
                    .end
                    .contract
                    .env
                    .iter()
                    .any(|(known, _)| known == name)
        });
        !rule.unless.is_empty()
            && known
                .dependencies
                .iter()
                .any(|dependency| dependency == rule.unless)
            && !self.crates.is_doubtful
            && !is_forced
    }

    fn unknown(&self, name: &str) -> Decline {
        let message = format!(
            "which libraries the crate `{name}` loads at run time is not known ({})",
            self.crates.evidence
        );
        Decline::new(Code::UnknownLibraries, message)
            .at(self.build.base.line)
            .hint("write the final stage by hand, or build for a musl target")
    }

    /// Whether a development package is in the builder.
    fn is_there(&self, package: &str) -> bool {
        carries_package(&self.build.base.image, package)
            || self.development().any(|(name, _)| name == package)
    }

    /// The development packages that the Dockerfile installs, with their lines.
    fn development(&self) -> impl Iterator<Item = (&str, usize)> {
        self.build.commands().flat_map(|(_, command)| {
            let names: &[String] = match &command.action {
                Action::Packages { names, .. } => names,
                _ => &[],
            };
            let names = names.iter().filter(|name| is_development(name));
            names.map(move |name| (name.as_str(), command.line))
        })
    }

    /// The libraries behind a development package.
    fn behind(&mut self, package: &str, because: &Because) -> Result<(), Decline> {
        let distro = self.build.base.image.distro.as_ref();
        let libraries = match (
            self.build.base.image.libc(),
            distro.and_then(Distro::codename),
        ) {
            (Some(Libc::Musl), _) => alpine_runtime_libraries(package),
            (_, Some(codename)) => runtime_libraries(codename, package),
            _ => None,
        };
        let Some(libraries) = libraries else {
            let message = format!(
                "which libraries lie behind `{package}` on the base image's release is not known: {}",
                because.sentence()
            );
            return Err(Decline::new(Code::UnknownLibraries, message)
                .at(self.build.base.line)
                .hint("install the library itself by name in the Dockerfile"));
        };
        for library in libraries {
            self.add(library, because);
        }
        Ok(())
    }

    fn add(&mut self, package: &str, because: &Because) {
        if !self.found.packages.iter().any(|need| need.value == package) {
            self.found
                .packages
                .push(Need::new(package.to_owned(), because.clone()));
        }
    }

    /// Libraries of development packages that no crate explains: something may link them.
    fn installed(&mut self) -> Result<(), Decline> {
        let packages: Vec<(String, usize)> = self
            .development()
            .filter(|(name, _)| !self.explained.contains(*name))
            .filter(|(name, _)| !FOR_COMPILERS.iter().any(|known| name.starts_with(known)))
            .map(|(name, line)| (name.to_owned(), line))
            .collect();
        for (name, line) in packages {
            let because = Because::line(format!("`{name}` is installed to build with"), line);
            self.behind(&name, &because)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn packages(base: &str, run: &str, crates: &[(&str, &[&str])]) -> Result<Vec<String>, Code> {
        let text = format!("FROM {base}\nWORKDIR /app\n{run}\n");
        let all = crates.iter().map(|(name, dependencies)| Crate {
            name: (*name).to_owned(),
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        });
        let crates = Crates {
            all: all.collect(),
            is_locked: true,
            ..Crates::default()
        };
        sample(&text, &[("Cargo.toml", "")], |build| {
            let found = read(build, &crates).map_err(|decline| decline.code)?;
            Ok(found.packages.into_iter().map(|need| need.value).collect())
        })
    }

    #[test]
    fn crates_tell_the_libraries_of_the_release() {
        let openssl: &[(&str, &[&str])] = &[("openssl-sys", &["cc"]), ("serde", &[])];
        for (base, library) in [
            ("rust:1-bullseye", "libssl1.1"),
            ("rust:1-bookworm", "libssl3"),
            ("rust:1-trixie", "libssl3t64"),
        ] {
            assert_eq!(
                packages(base, "", openssl),
                Ok(vec![library.to_owned()]),
                "{base}"
            );
        }
        let vendored: &[(&str, &[&str])] =
            &[("openssl-sys", &["cc", "openssl-src"]), ("ring", &["cc"])];
        assert_eq!(packages("rust:1-bookworm", "", vendored), Ok(vec![]));
        let found: &[(&str, &[&str])] = &[("curl-sys", &[])];
        assert_eq!(packages("rust:1-slim-bookworm", "", found), Ok(vec![]));
        assert_eq!(
            packages("rust:1-bookworm", "", found),
            Ok(vec!["libcurl4".to_owned()])
        );
    }

    #[test]
    fn what_is_installed_counts_unless_a_crate_explains_it() {
        let run = "RUN apt-get install -y libpq-dev libclang-dev pkg-config libssl-dev";
        let crates: &[(&str, &[&str])] = &[("openssl-sys", &["openssl-src"])];
        assert_eq!(
            packages("rust:1-bookworm", run, crates),
            Ok(vec!["libpq5".to_owned()])
        );
        let run = "RUN apt-get install -y libwhatever-dev";
        assert_eq!(
            packages("rust:1-bookworm", run, &[]),
            Err(Code::UnknownLibraries)
        );
    }

    #[test]
    fn unknown_crates_are_declined() {
        for name in ["something-sys", "torch-sys", "pyo3-ffi"] {
            assert_eq!(
                packages("rust:1-bookworm", "", &[(name, &[])]),
                Err(Code::UnknownLibraries)
            );
        }
        for name in ["windows-sys", "js-sys", "zstd-sys", "my-crate"] {
            assert_eq!(
                packages("rust:1-bookworm", "", &[(name, &[])]),
                Ok(vec![]),
                "{name}"
            );
        }
        let old: &[(&str, &[&str])] = &[("openssl-sys", &[])];
        assert_eq!(
            packages("rust:1-buster", "", old),
            Err(Code::UnknownLibraries)
        );
    }

    #[test]
    fn every_rule_of_the_table_is_known() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let kind = line.split('\t').nth(1).unwrap();
            assert!(
                ["none", "bundled", "c++", "system", "found", "unknown"].contains(&kind),
                "{line}"
            );
        }
    }
}

//! The crates that a program is made of. In: the package, what is active, and its lockfile. Out:
//! their names, and for native ones whether they bring their library themselves.

use super::builds::CargoBuild;
use super::dependency::Dependency;
use super::lockfile::Lockfile;
use super::manifest;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;

/// A crate of the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Crate {
    /// Its name.
    pub name: String,
    /// What it depends on; empty without a lockfile.
    pub dependencies: Vec<String>,
}

/// The crates of a program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crates {
    /// All of them, sorted.
    pub all: Vec<Crate>,
    /// Where that was read.
    pub evidence: String,
    /// Whether a lockfile tells; if not, only what the table knows does.
    pub is_locked: bool,
    /// Whether features ask somewhere for a library that is compiled along, but not here: then
    /// what the lockfile has of it does not count.
    pub is_doubtful: bool,
}

const DIRECT: &str = include_str!("data/direct-crates.tsv");

/// Reads the crates of what a run of cargo makes.
pub(crate) fn read(build: &Build<'_>, own: &CargoBuild) -> Result<Crates, Decline> {
    let is_doubtful = own.is_doubtful;
    let place = format!("{}/Cargo.lock", own.settings.root.trim_end_matches('/'));
    let path = build.context_path(&place).unwrap_or_default();
    let lock = build.context.read(&path).and_then(Lockfile::parse);
    let Some(lock) = lock else {
        let mut crates = unlocked(own)?;
        crates.is_doubtful = is_doubtful;
        return Ok(crates);
    };
    // The lockfile tells of the project's packages what any of their features and tests need.
    let roots = elsewhere(own).map(|dependency| dependency.package.as_str());
    let behind = lock.behind(roots).into_iter().map(|locked| Crate {
        name: locked.name.clone(),
        dependencies: locked.dependency_names(),
    });
    Ok(Crates {
        all: behind.collect(),
        evidence: path,
        is_locked: true,
        is_doubtful,
    })
}

/// What the programs take from outside of the project.
fn elsewhere(own: &CargoBuild) -> impl Iterator<Item = &Dependency> {
    let parts = own.parts.iter();
    let all = parts.flat_map(|part| part.active.dependencies(&part.package));
    all.filter(|dependency| dependency.path.is_none())
}

/// The direct dependencies, and the native crates behind them as far as the table knows them.
fn unlocked(own: &CargoBuild) -> Result<Crates, Decline> {
    let path = manifest::path_in(&own.package.folder);
    let mut all = Vec::new();
    let plain = |name: &str| Crate {
        name: name.to_owned(),
        dependencies: Vec::new(),
    };
    for dependency in elsewhere(own) {
        let name = dependency.package.as_str();
        let is_on = |feature: &str| {
            let asked = own.asked.get(name);
            feature == "always" || asked.is_some_and(|asked| asked.contains(feature))
        };
        let Some(native) = native_behind(name, &is_on) else {
            let message = format!(
                "which libraries the crate `{name}` brings along is not known without a Cargo.lock"
            );
            return Err(Decline::new(Code::UnknownLibraries, message)
                .hint("commit Cargo.lock, and leave it out of .dockerignore"));
        };
        all.push(plain(name));
        all.extend(native.iter().map(|name| plain(name)));
    }
    all.sort();
    all.dedup();
    Ok(Crates {
        all,
        evidence: path,
        is_locked: false,
        is_doubtful: false,
    })
}

/// The native crates behind a crate; `None` where the table does not know it.
fn native_behind(name: &str, is_on: &dyn Fn(&str) -> bool) -> Option<Vec<&'static str>> {
    let mut lines = DIRECT.lines().filter(|line| !line.starts_with('#'));
    let line: &'static str = lines.find(|line| line.split('\t').next() == Some(name))?;
    let conditions = line.split('\t').nth(1).unwrap_or_default();
    let mut native = Vec::new();
    for condition in conditions
        .split(' ')
        .filter(|condition| !condition.is_empty())
    {
        let (feature, crates) = condition.split_once('=')?;
        if !is_on(feature) {
            continue;
        }
        match crates {
            "-" => return Some(Vec::new()),
            "?" => return None,
            crates => native.extend(crates.split(',').filter(|name| !name.is_empty())),
        }
    }
    Some(native)
}

impl Crates {
    /// The first of these crates that the program has.
    pub(crate) fn first_of<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        names
            .iter()
            .copied()
            .find(|name| self.all.iter().any(|known| known.name == *name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_tell_what_lies_behind_a_crate() {
        let behind = |name: &str, features: &[&str]| {
            native_behind(name, &|feature| {
                feature == "always" || features.contains(&feature)
            })
        };
        assert_eq!(
            behind("rusqlite", &["default"]),
            Some(vec!["libsqlite3-sys"])
        );
        assert_eq!(behind("rusqlite", &["bundled"]), Some(vec![]));
        assert_eq!(behind("reqwest", &["rustls-tls"]), Some(vec![]));
        assert_eq!(
            behind("reqwest", &["default", "json"]),
            Some(vec!["openssl-sys"])
        );
        assert_eq!(behind("serde", &["derive"]), Some(vec![]));
        assert_eq!(behind("rdkafka", &["dynamic-linking"]), None);
        assert_eq!(behind("nobody-knows", &[]), None);
    }

    #[test]
    fn every_condition_of_the_table_can_be_read() {
        for line in DIRECT.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split('\t').next().unwrap();
            assert!(
                native_behind(name, &|feature| feature == "always").is_some(),
                "{line}"
            );
        }
    }
}

//! The closure beyond the environment: shared libraries and programs that packages load and call. In:
//! what is installed. Out: packages of the final stage's distribution.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::distribution;
use super::installs::Installs;
use super::requirement::normalise;
use super::requirements::Named;
use super::rungs;
use crate::knowledge::apk_libraries::alpine_runtime_libraries;
use crate::knowledge::base_image::Flavour;
use crate::knowledge::carried::carries;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::Codename;
use crate::knowledge::packages::{PackageRole, is_development, role};
use crate::outcome::{Code, Decline};
use crate::plan::action::{Action, Manager};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// A row of the table of distributions.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: &'static str,
    debian_dev: &'static str,
    debian: &'static str,
    alpine: &'static str,
    programs: &'static str,
}

static ROWS: LazyLock<BTreeMap<&'static str, Row>> = LazyLock::new(|| {
    let text = include_str!("data/distributions.tsv");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            let name = next();
            let row = Row {
                kind: next(),
                debian_dev: next(),
                debian: next(),
                alpine: next(),
                programs: next(),
            };
            (name, row)
        })
        .collect()
});

/// What packages load and call.
#[derive(Debug, Default)]
pub(super) struct Libraries {
    /// Packages of the distribution.
    pub(super) packages: Vec<Need<String>>,
    /// Programs.
    pub(super) programs: Vec<Need<String>>,
}

/// What the final stage needs besides the environment.
pub(super) fn read(build: &Build<'_>, installs: &Installs) -> Result<Libraries, Decline> {
    let mut reader = Reader {
        build,
        releases: rungs::releases(build),
        found: Libraries::default(),
    };
    for named in &installs.named {
        reader.distribution(named, installs)?;
    }
    for (_, command) in build.commands() {
        let Action::Packages { manager, names } = &command.action else {
            continue;
        };
        for name in names {
            reader.build_package(*manager, name, command.line)?;
        }
    }
    let packages = &mut reader.found.packages;
    packages.sort_by(|a, b| a.value.cmp(&b.value));
    packages.dedup_by(|a, b| a.value == b.value);
    Ok(reader.found)
}

struct Reader<'r, 'a> {
    build: &'r Build<'a>,
    /// The Debian releases that the final stage may stand on.
    releases: Vec<Codename>,
    found: Libraries,
}

impl Reader<'_, '_> {
    fn distribution(&mut self, named: &Named, installs: &Installs) -> Result<(), Decline> {
        let requirement = &named.requirement;
        let from_source = is_from_source(&requirement.name, &installs.no_binary)
            || requirement.from_vcs
            || requirement.sdist_only;
        let with_extras = requirement.extras.iter().filter_map(|extra| {
            let key = format!("{}[{extra}]", requirement.name);
            ROWS.get_key_value(key.as_str()).map(|(_, row)| *row)
        });
        let mut rows: Vec<Row> = with_extras.collect();
        // `psycopg[binary]` brings what `psycopg` alone looks for.
        if !rows.iter().any(|row| row.kind == "wheel") {
            rows.extend(ROWS.get(requirement.name.as_str()));
        }
        if rows.is_empty()
            && from_source
            && !requirement.from_vcs
            && !requirement.sdist_only
            && self.build.base.image.flavour == Flavour::Full
        {
            let message = format!(
                "`{}` is built from source, with whatever libraries the base image has",
                requirement.name
            );
            return Err(self.unknown(&message, named));
        }
        for row in rows {
            match row.kind {
                "unknown" => {
                    let message =
                        format!("what `{}` loads at run time is not known", requirement.name);
                    return Err(self.unknown(&message, named));
                }
                "always" => self.row(row, named)?,
                "source" if from_source => self.row(row, named)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn unknown(&self, message: &str, named: &Named) -> Decline {
        let decline = Decline::new(
            Code::UnknownLibraries,
            format!("{message} ({})", named.place),
        );
        let line = named
            .place
            .strip_prefix("line ")
            .and_then(|line| line.parse().ok());
        decline.at(line.unwrap_or(self.build.base.line))
    }

    fn row(&mut self, row: Row, named: &Named) -> Result<(), Decline> {
        let because = Because::rule(format!("`{}` needs it at run time", named.requirement.name))
            .and(named.place.clone());
        for program in row.programs.split_whitespace() {
            // What the original lacks, it does without.
            if self.is_there(program) {
                self.found
                    .programs
                    .push(Need::new(program.to_owned(), because.clone()));
            }
        }
        if self.build.base.image.flavour == Flavour::Alpine {
            self.add(row.alpine.split_whitespace(), &because);
            return Ok(());
        }
        self.add(row.debian.split_whitespace(), &because);
        for package in row.debian_dev.split_whitespace() {
            let Some(libraries) = self.debian(package) else {
                if self.is_bare() {
                    continue;
                }
                return Err(self.unnamed(named));
            };
            self.add(libraries.into_iter(), &because);
        }
        Ok(())
    }

    /// Why libraries cannot be named: the release is not known, or it is older than what is known.
    fn unnamed(&self, named: &Named) -> Decline {
        let name = &named.requirement.name;
        if let [release] = self.releases.as_slice() {
            let message = format!(
                "the names of the libraries that `{name}` loads are not known for Debian {release}"
            );
            return self
                .unknown(&message, named)
                .hint("choose a base image on a Debian release that is still kept up");
        }
        let message =
            format!("the libraries that `{name}` loads have other names on each Debian release");
        self.unknown(&message, named)
            .hint("name the release in the base image's tag, as in `3.12-bookworm`")
    }

    /// Whether the base image has no libraries but what the file itself installs and what every image
    /// of the ladder has: what that lacks, the original does without.
    fn is_bare(&self) -> bool {
        distribution::is_plain(self.build) || self.build.base.image.flavour != Flavour::Full
    }

    /// Whether the original has a program, by its base image or by a package of that name.
    fn is_there(&self, program: &str) -> bool {
        carries(&self.build.base.image, program)
            || self.build.commands().any(|(_, command)| matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|name| name == program)))
    }

    fn add<'p>(&mut self, packages: impl Iterator<Item = &'p str>, because: &Because) {
        // The C library and Python's own are in every image of the ladder.
        let packages = packages.filter(|package| {
            !matches!(*package, "libc6" | "libc6-dev") && !package.starts_with("libpython")
        });
        self.found
            .packages
            .extend(packages.map(|package| Need::new(package.to_owned(), because.clone())));
    }

    /// The libraries behind a development package, if they are the same wherever the final stage
    /// may stand.
    fn debian(&self, package: &str) -> Option<Vec<&'static str>> {
        let mut lists = self
            .releases
            .iter()
            .map(|release| runtime_libraries(*release, package));
        let first = lists.next()??;
        lists
            .all(|list| list.as_ref() == Some(&first))
            .then_some(first)
    }

    /// The libraries behind a package that stays in the builder.
    fn build_package(&mut self, manager: Manager, name: &str, line: usize) -> Result<(), Decline> {
        if role(manager, name) != PackageRole::Build
            || name.starts_with("python")
            || name.starts_with("libpython")
        {
            return Ok(());
        }
        let because = Because::line(format!("what was built with `{name}` loads it"), line);
        let libraries = match manager {
            Manager::Apt => self.debian(name),
            Manager::Apk => alpine_runtime_libraries(name),
        };
        match libraries {
            Some(libraries) => {
                self.add(libraries.into_iter(), &because);
                Ok(())
            }
            None if is_development(name)
                && !matches!(
                    name,
                    "musl-dev" | "libc-dev" | "libc6-dev" | "linux-libc-dev"
                ) =>
            {
                let message = format!("which libraries belong to `{name}` is not known");
                Err(Decline::new(Code::UnknownLibraries, message).at(line).hint(
                    "install the libraries by name as well, and remove the development package",
                ))
            }
            None => Ok(()),
        }
    }
}

/// Whether `--no-binary` covers a distribution.
fn is_from_source(name: &str, no_binary: &[String]) -> bool {
    no_binary
        .iter()
        .flat_map(|value| value.split(','))
        .any(|value| value == ":all:" || normalise(value.trim()) == name)
}

#[cfg(test)]
mod tests {
    use super::super::installs;
    use super::super::testing::Project;
    use super::*;

    fn needs(from: &str, run: &str) -> Result<Vec<String>, Code> {
        let text = format!("FROM python:{from}\nRUN {run}\n");
        Project::new(&text, &[("a", "")]).build(|build| {
            let installs = installs::read(build).map_err(|decline| decline.code)?;
            let found = read(build, &installs).map_err(|decline| decline.code)?;
            let all = found.packages.iter().chain(&found.programs);
            Ok(all.map(|need| need.value.clone()).collect())
        })
    }

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_row_can_be_resolved_on_the_releases_that_are_known() {
        for (name, row) in ROWS.iter() {
            assert!(
                ["always", "source", "plain", "wheel", "unknown"].contains(&row.kind),
                "{name}"
            );
            for package in row.debian_dev.split_whitespace() {
                for release in [Codename::Bullseye, Codename::Bookworm, Codename::Trixie] {
                    assert!(
                        runtime_libraries(release, package).is_some(),
                        "{name}: {package} on {release}"
                    );
                }
            }
            let bare = name.split('[').next().unwrap();
            assert_eq!(normalise(bare), bare);
        }
    }

    #[test]
    fn libraries_have_the_names_of_the_release() {
        assert_eq!(
            needs("3.11-bookworm", "pip install psycopg2"),
            Ok(list(&["libpq5"]))
        );
        assert_eq!(
            needs(
                "3.11-bookworm",
                "pip install 'psycopg[binary]' psycopg2-binary"
            ),
            Ok(list(&[]))
        );
        assert_eq!(
            needs("3.11-bookworm", "pip install opencv-python"),
            Ok(list(&["libgl1", "libglib2.0-0"]))
        );
        assert_eq!(
            needs("3.11", "pip install opencv-python"),
            Ok(list(&["libgl1", "libglib2.0-0t64"]))
        );
        assert_eq!(
            needs("3.11-alpine", "pip install psycopg2"),
            Ok(list(&["libpq"]))
        );
        assert_eq!(
            needs("3.11.4", "pip install psycopg2"),
            Ok(list(&["libpq5"]))
        );
        assert_eq!(
            needs("3.11.4", "pip install opencv-python"),
            Err(Code::UnknownLibraries)
        );
        assert_eq!(
            needs("3.11.4-slim", "pip install opencv-python"),
            Ok(list(&["libgl1"]))
        );
    }

    #[test]
    fn development_packages_leave_their_libraries() {
        let run = "apt-get install -y gcc libpq-dev python3-dev && pip install psycopg2";
        assert_eq!(needs("3.11-slim-bookworm", run), Ok(list(&["libpq5"])));
        assert_eq!(
            needs("3.11-alpine", "apk add gcc musl-dev"),
            Ok(list(&["libgcc"]))
        );
        assert_eq!(
            needs("3.11-bookworm", "apt-get install -y libacmesensor-dev"),
            Err(Code::UnknownLibraries)
        );
    }

    #[test]
    fn source_builds_on_the_full_image_must_be_known() {
        assert_eq!(
            needs("3.11-bookworm", "pip install --no-binary lxml lxml"),
            Ok(list(&["libxml2", "libxslt1.1"]))
        );
        assert_eq!(
            needs(
                "3.11-bookworm",
                "pip install --no-binary=markupsafe markupsafe"
            ),
            Ok(list(&[]))
        );
        assert_eq!(
            needs("3.11-bookworm", "pip install --no-binary :all: acme"),
            Err(Code::UnknownLibraries)
        );
        assert_eq!(
            needs("3.11-bookworm", "pip install dlib"),
            Err(Code::UnknownLibraries)
        );
    }

    #[test]
    fn programs_that_packages_call_come_along_where_the_original_has_them() {
        assert_eq!(
            needs("3.11-bookworm", "pip install GitPython pydub"),
            Ok(list(&["git"]))
        );
        assert_eq!(needs("3.11-slim", "pip install GitPython"), Ok(list(&[])));
    }
}

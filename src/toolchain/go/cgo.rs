//! Whether a program links C, and what with. In: what it is made of, its manifests and the base
//! image. Out: how cgo is used.

#[cfg(test)]
mod tests;

use super::closure::{CgoFile, Closure};
use super::world::{Module, World};
use crate::dockerfile::contract::clean;
use crate::knowledge::apk_libraries::alpine_runtime_libraries;
use crate::knowledge::base_image::Family;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::{Distro, Libc};
use crate::knowledge::packages::is_development;
use crate::outcome::{Code, Decline};
use crate::plan::action::Action;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Evidence;
use crate::toolchain::compiled::tree::{Tree, file_name};

/// How cgo is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cgo {
    /// Nothing needs it.
    Unused,
    /// A module is required that needs it, and whether it is linked cannot be told.
    Perhaps(Because),
    /// It is used.
    Used {
        /// Where.
        because: Because,
        /// Why the libraries of GCC are needed.
        gcc: Option<Because>,
        /// Packages with the libraries that are linked.
        packages: Vec<Need<String>>,
    },
}

/// A row of the table: package, link, and development packages of both distributions.
type Row = [&'static str; 4];

fn row_of(import: &str) -> Option<Row> {
    let table = include_str!("data/cgo-modules.tsv");
    let rows = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = rows.map(|line| {
        let mut columns = line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or_default())
    });
    rows.filter(|row: &Row| {
        let rest = import.strip_prefix(row[0]);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
    .max_by_key(|row| row[0].len())
}

/// How a program uses cgo that is made of `closure`.
pub(crate) fn of(
    build: &Build<'_>,
    tree: &Tree,
    world: &World,
    closure: &Closure,
) -> Result<Cgo, Decline> {
    let mut finder = Finder {
        build,
        tree,
        used: None,
        gcc: None,
        packages: Vec::new(),
    };
    for (import, evidence) in &closure.imports {
        if let Some(row) = row_of(import) {
            finder.known(import, row, evidence)?;
        }
    }
    for file in &closure.cgo {
        if row_of(&file.import).is_none() {
            finder.own(file)?;
        }
    }
    if let Some(because) = finder.used {
        let Finder { gcc, packages, .. } = finder;
        return Ok(Cgo::Used {
            because,
            gcc,
            packages,
        });
    }
    if let (true, Some((import, evidence))) = (world.is_open, &closure.external) {
        let rule = format!("nothing says what `{import}` links, which the build fetches");
        return Ok(Cgo::Perhaps(Because::fact(rule, evidence)));
    }
    // With vendor the imports have been followed to the end.
    if world.vendor.is_some() && closure.gap.is_none() {
        return Ok(Cgo::Unused);
    }
    let perhaps = world.requires().find(|(_, require)| {
        row_of(&require.path).is_some_and(|row| match row[1] {
            "pure" => false,
            "system" => finder.has_any(row),
            _ => true,
        })
    });
    Ok(match perhaps {
        None => match summed(build, world, &finder) {
            Some(because) => Cgo::Perhaps(because),
            None => Cgo::Unused,
        },
        Some((module, require)) => {
            let rule = format!("`{}` is required, which uses cgo", require.path);
            Cgo::Perhaps(Because::fact(
                rule,
                &Evidence::line(&module.file, require.line),
            ))
        }
    })
}

/// A module that needs cgo among those whose sources go.sum holds the sum of. Before Go 1.17 a
/// manifest leaves out what the requirements require themselves (go.dev/ref/mod, `go.mod` files).
fn summed(build: &Build<'_>, world: &World, finder: &Finder<'_, '_>) -> Option<Because> {
    let old = |module: &&Module| module.manifest.go.is_none_or(|release| release < (1, 17));
    world.modules.iter().filter(old).find_map(|module| {
        let file = format!("{}.sum", module.file.strip_suffix(".mod")?);
        let text = build.context.read(&file)?;
        text.lines().zip(1..).find_map(|(line, number)| {
            let mut words = line.split_whitespace();
            let path = words.next()?;
            let is_whole = !words.next()?.ends_with("/go.mod");
            let row = row_of(path).filter(|_| is_whole)?;
            let needs = match row[1] {
                "pure" => false,
                "system" => finder.has_any(row),
                _ => true,
            };
            let rule = format!("`{path}` is among the modules, which uses cgo");
            needs.then(|| Because::fact(rule, &Evidence::line(&file, number)))
        })
    })
}

struct Finder<'f, 'a> {
    build: &'f Build<'a>,
    tree: &'f Tree,
    used: Option<Because>,
    gcc: Option<Because>,
    packages: Vec<Need<String>>,
}

/// Libraries of the C library's own package. Source: Debian's and Alpine's package lists.
const LIBC: [&str; 9] = [
    "m", "c", "pthread", "dl", "rt", "resolv", "util", "crypt", "nsl",
];
/// Libraries that come with GCC.
const GCC: [&str; 4] = ["stdc++", "gcc_s", "gomp", "gcc"];

impl Finder<'_, '_> {
    /// A package of the table is linked.
    fn known(&mut self, import: &str, row: Row, evidence: &Evidence) -> Result<(), Decline> {
        let [_, link, debian, alpine] = row;
        let because = Because::fact(format!("`{import}` uses cgo"), evidence);
        match link {
            "pure" => return Ok(()),
            "c" => {}
            "c++" => _ = self.gcc.get_or_insert(because.clone()),
            "system" => {
                let names = if self.is_alpine() { alpine } else { debian };
                for name in names.split_whitespace() {
                    self.libraries_of(name, &because)?;
                }
            }
            _ => return Err(unknown(&because)),
        }
        self.used.get_or_insert(because);
        Ok(())
    }

    /// The project's own `import "C"`, or that of a vendored package that is not in the table.
    fn own(&mut self, file: &CgoFile) -> Result<(), Decline> {
        let because = Because::fact("`import \"C\"`", &file.evidence);
        if file.cxx {
            self.gcc.get_or_insert(because.clone());
        }
        for flag in &file.flags {
            let name = flag.strip_prefix("-l");
            let package = flag.strip_prefix("pkg-config:");
            match (name, package) {
                (Some(name), _) if LIBC.contains(&name) => {}
                (Some(name), _) if GCC.contains(&name) => {
                    self.gcc.get_or_insert(because.clone());
                }
                (Some(name), _) if self.is_archive(file, name) => {}
                (Some(_), _) | (_, Some(_)) => self.installed(&because)?,
                _ if is_shared_library(flag) => return Err(unknown(&because)),
                _ => {}
            }
        }
        self.used.get_or_insert(because);
        Ok(())
    }

    /// Whether a library lies beside the package as an archive that is linked in.
    fn is_archive(&self, file: &CgoFile, name: &str) -> bool {
        let archive = match name.strip_prefix(':') {
            Some(file) => file.to_owned(),
            None => format!("lib{name}.a"),
        };
        let directories = file.flags.iter().filter_map(|flag| flag.strip_prefix("-L"));
        let mut directories: Vec<String> = directories
            .map(|path| path.replace("${SRCDIR}", &file.directory))
            .collect();
        directories.push(file.directory.clone());
        let has = |name: &str| {
            directories.iter().any(|directory| {
                let path = clean(&format!("{directory}/{name}"));
                self.tree.context(&path).is_some()
            })
        };
        is_archive_name(&archive) && has(&archive) && !has(&format!("lib{name}.so"))
    }

    /// The libraries behind all development packages that the Dockerfile installs: one of them is
    /// what is linked.
    fn installed(&mut self, because: &Because) -> Result<(), Decline> {
        let before = self.packages.len();
        let mut any = false;
        for (_, command) in self.build.commands() {
            let Action::Packages { names, .. } = &command.action else {
                continue;
            };
            for name in names.iter().filter(|name| is_development(name)) {
                if matches!(name.as_str(), "libc6-dev" | "musl-dev" | "libc-dev") {
                    continue;
                }
                any = true;
                self.libraries_of(name, because)?;
            }
        }
        if any && (self.packages.len() > before || before > 0) {
            Ok(())
        } else {
            Err(unknown(because))
        }
    }

    fn libraries_of(&mut self, package: &str, because: &Because) -> Result<(), Decline> {
        let libraries = if self.is_alpine() {
            alpine_runtime_libraries(package)
        } else {
            let codename = self
                .build
                .base
                .image
                .distro
                .as_ref()
                .and_then(Distro::codename);
            codename.and_then(|codename| runtime_libraries(codename, package))
        };
        let Some(libraries) = libraries else {
            return Err(unknown(&because.clone().and(package)));
        };
        for name in libraries {
            if !self.packages.iter().any(|need| need.value == name) {
                self.packages
                    .push(Need::new(name.to_owned(), because.clone()));
            }
        }
        Ok(())
    }

    /// Whether one of a row's development packages is installed: without it nothing could link.
    fn has_any(&self, row: Row) -> bool {
        let names = if self.is_alpine() { row[3] } else { row[2] };
        self.build
            .commands()
            .any(|(_, command)| match &command.action {
                Action::Packages {
                    names: installed, ..
                } => names
                    .split_whitespace()
                    .any(|name| installed.iter().any(|i| i == name)),
                _ => false,
            })
    }

    fn is_alpine(&self) -> bool {
        self.build.base.image.libc() == Some(Libc::Musl)
    }
}

fn is_archive_name(name: &str) -> bool {
    crate::toolchain::compiled::tree::has_extension(name, "a")
}

fn is_shared_library(flag: &str) -> bool {
    !flag.starts_with('-') && file_name(flag).contains(".so")
}

fn unknown(because: &Because) -> Decline {
    let message = format!(
        "the libraries that the program links are not known: {}",
        because.sentence()
    );
    Decline::new(Code::UnknownLibraries, message)
        .hint("install their development packages by name in the Dockerfile")
}

/// Whether a C compiler is on the builder: without one, go builds without cgo (since 1.20).
pub(crate) fn has_compiler(build: &Build<'_>) -> bool {
    let installs = |names: &[String]| {
        names.iter().any(|name| {
            matches!(
                name.as_str(),
                "gcc" | "g++" | "build-base" | "clang" | "alpine-sdk" | "musl-dev"
            ) || name.starts_with("gcc-")
                || name.starts_with("clang")
        })
    };
    // Packages of the go command bring a compiler, or recommend one.
    let is_packaged = !build.base.is(Family::Golang);
    is_packaged
        || build.base.image.libc() != Some(Libc::Musl)
        || build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if installs(names))
        })
}

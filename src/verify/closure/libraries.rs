//! Whether every program and every library finds its loader, its libraries, and their versions.
//!
//! Each program is followed as its loader does. A library that no program leads to is loaded while
//! a program runs, as modules of Python and Node are; it is followed on its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::loader::{Libc, Loaded, Loader};
use super::{Finding, FindingKind, Start, folders};
use crate::verify::files::{Elf, Files, Machine, Role};

/// Most libraries that are followed from one file.
const MOST_LOADED: usize = 4096;

/// Names that musl's loader takes for itself (`load_library` in `ldso/dynlink.c`).
const OWN_OF_MUSL: [&str; 7] = [
    "libc.",
    "libpthread.",
    "librt.",
    "libm.",
    "libdl.",
    "libutil.",
    "libxnet.",
];

/// Where debug symbols lie: files like programs, without their contents.
const DEBUG_SYMBOLS: &str = "/usr/lib/debug/";

/// Adds what the ELF files of the image lack.
pub(super) fn check(files: &Files, start: &Start, found: &mut BTreeSet<Finding>) {
    let mut walk = Walk {
        files,
        loader: Loader::new(files, start),
        reached: HashSet::new(),
        found,
    };
    let of = |role: Role| {
        files.iter().filter_map(move |(path, entry)| {
            let elf = entry.elf()?;
            (elf.role == role && !path.starts_with(DEBUG_SYMBOLS)).then_some((path, elf))
        })
    };
    for (path, elf) in of(Role::Program) {
        walk.program(path, elf);
    }
    for (path, elf) in of(Role::Library) {
        if !walk.reached.contains(path) {
            walk.follow(path, elf, libc_of(files, elf), None);
        }
    }
}

struct Walk<'a, 'f> {
    files: &'a Files,
    loader: Loader<'a>,
    /// The files that are loaded with others.
    reached: HashSet<String>,
    found: &'f mut BTreeSet<Finding>,
}

impl<'a> Walk<'a, '_> {
    fn program(&mut self, path: &str, elf: &'a Elf) {
        let Some(interpreter) = &elf.interpreter else {
            return self.follow(path, elf, libc_of(self.files, elf), None);
        };
        let there = self
            .files
            .resolve(interpreter)
            .filter(|(_, entry)| entry.file().is_some());
        match there {
            Some((real, entry)) => {
                let libc = libc_of_loader(&real);
                let loader = Loaded {
                    path: real,
                    found_at: interpreter.clone(),
                    elf: entry.elf(),
                    by: None,
                };
                self.follow(path, elf, libc, Some(loader));
            }
            None => self.add(FindingKind::MissingInterpreter, path, interpreter.clone()),
        }
    }

    /// Loads what a file needs, what that needs, and so on.
    fn follow(&mut self, path: &str, elf: &'a Elf, libc: Libc, first: Option<Loaded<'a>>) {
        let mut names = HashMap::new();
        let mut loaded = vec![Loaded {
            path: path.to_owned(),
            found_at: path.to_owned(),
            elf: Some(elf),
            by: None,
        }];
        if let Some(first) = first {
            if let Some((_, name)) = first.found_at.rsplit_once('/') {
                names.insert(name.to_owned(), loaded.len());
            }
            loaded.push(first);
        }
        let mut at = 0;
        while at < loaded.len().min(MOST_LOADED) {
            self.load(at, &mut loaded, &mut names, libc, elf.machine);
            at += 1;
        }
        // musl's loader does not look at versions.
        if libc == Libc::Glibc {
            for needing in &loaded {
                self.compare_versions(needing, &loaded, &names);
            }
        }
    }

    fn load(
        &mut self,
        at: usize,
        loaded: &mut Vec<Loaded<'a>>,
        names: &mut HashMap<String, usize>,
        libc: Libc,
        machine: Machine,
    ) {
        let Some(elf) = loaded[at].elf else { return };
        let is_new = |name: &&String| {
            let own = libc == Libc::Musl && OWN_OF_MUSL.iter().any(|own| name.starts_with(own));
            !own && !names.contains_key(*name)
        };
        let needed: Vec<&String> = elf.needed.iter().filter(is_new).collect();
        if needed.is_empty() {
            return;
        }
        let above: Vec<_> = std::iter::successors(loaded[at].by, |above| loaded[*above].by)
            .map(|above| &loaded[above])
            .collect();
        let search = self.loader.search(&loaded[at], &above, machine, libc);
        let results: Vec<_> = needed.iter().map(|name| search.find(name)).collect();
        for (name, result) in needed.into_iter().zip(results) {
            let Some(mut library) = result else {
                let path = loaded[at].path.clone();
                self.add(FindingKind::MissingLibrary, &path, name.clone());
                continue;
            };
            library.by = Some(at);
            self.reached.insert(library.path.clone());
            let soname = library.elf.and_then(|elf| elf.soname.clone());
            for name in std::iter::once(name.clone()).chain(soname) {
                names.entry(name).or_insert(loaded.len());
            }
            loaded.push(library);
        }
    }

    /// A library without any version satisfies all: the loader says so and goes on.
    fn compare_versions(
        &mut self,
        needing: &Loaded<'a>,
        loaded: &[Loaded<'a>],
        names: &HashMap<String, usize>,
    ) {
        for (library, version) in needing.elf.map(|elf| &elf.wants).into_iter().flatten() {
            let offers = names
                .get(library)
                .and_then(|at| loaded.get(*at)?.elf)
                .map(|elf| &elf.offers);
            if offers.is_some_and(|offers| !offers.is_empty() && !offers.contains(version)) {
                let what = format!("`{version}` of `{library}`");
                self.add(FindingKind::MissingVersion, &needing.path, what);
            }
        }
    }

    fn add(&mut self, kind: FindingKind, path: &str, what: String) {
        self.found.insert(Finding {
            kind,
            path: path.to_owned(),
            what,
        });
    }
}

/// The C library of a loader. Alpine's packages for programs of glibc bring a loader that hands
/// these to musl's.
fn libc_of_loader(real: &str) -> Libc {
    let name = real.rsplit('/').next().unwrap_or_default();
    if name.contains("musl") || name.contains("gcompat") {
        Libc::Musl
    } else {
        Libc::Glibc
    }
}

/// The C library of a file that names no loader: the one that it needs, or else that of the image.
fn libc_of(files: &Files, elf: &Elf) -> Libc {
    let needs = |name: fn(&str) -> bool| elf.needed.iter().any(|needed| name(needed));
    if needs(|name| name == "libc.so.6") {
        return Libc::Glibc;
    }
    let in_image =
        || folders::musl_loader(elf.machine).is_some_and(|loader| files.resolve(&loader).is_some());
    if needs(|name| name == "libc.so" || name.starts_with("libc.musl-")) || in_image() {
        Libc::Musl
    } else {
        Libc::Glibc
    }
}

//! Where the loader of a program finds a library: the rules of `ld.so(8)` for glibc and of
//! `ldso/dynlink.c` for musl.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Start, cache, folders};
use crate::verify::files::resolve::absolute;
use crate::verify::files::{Elf, Files, Head, Machine};

/// Longest path that is looked at, in bytes (`PATH_MAX`).
pub(super) const LONGEST: usize = 4096;

/// Most tokens that are replaced in a search path.
const MOST_TOKENS: usize = 8;

/// Which loader is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Libc {
    Glibc,
    Musl,
}

/// A file that is loaded, or would be.
#[derive(Debug, Clone)]
pub(super) struct Loaded<'a> {
    /// Where it is, links followed.
    pub(super) path: String,
    /// Where it was found; `$ORIGIN` is the folder of that.
    pub(super) found_at: String,
    /// What it says; `None` for what is there and cannot be read.
    pub(super) elf: Option<&'a Elf>,
    /// What has it loaded, as a place in the list of all that is loaded.
    pub(super) by: Option<usize>,
}

/// Folders that many searches share.
type Folders = Rc<[String]>;

/// What the search does not change between two files.
pub(super) struct Loader<'a> {
    files: &'a Files,
    workdir: &'a str,
    /// The folders of `LD_LIBRARY_PATH`.
    library_path: Vec<String>,
    cache: HashMap<String, Vec<String>>,
    defaults: RefCell<HashMap<(Libc, Machine), Folders>>,
}

/// The search for the libraries of one file.
pub(super) struct Search<'l, 'a> {
    loader: &'l Loader<'a>,
    of: &'l Loaded<'a>,
    libc: Libc,
    machine: Machine,
    /// What the files and the environment ask for, in the order in which it is searched.
    asked: Vec<String>,
    defaults: Folders,
}

impl<'a> Loader<'a> {
    pub(super) fn new(files: &'a Files, start: &'a Start) -> Self {
        let library_path = start.variable("LD_LIBRARY_PATH").unwrap_or_default();
        Self {
            files,
            workdir: &start.workdir,
            library_path: library_path
                .split([':', ';'])
                .filter(|folder| !folder.is_empty())
                .map(str::to_owned)
                .collect(),
            cache: cache::libraries(files.content("/etc/ld.so.cache").unwrap_or_default()),
            defaults: RefCell::default(),
        }
    }

    /// The search for what `of` needs. `above` has what had it loaded, what had that loaded, and
    /// so on.
    pub(super) fn search<'l>(
        &'l self,
        of: &'l Loaded<'a>,
        above: &[&Loaded<'a>],
        machine: Machine,
        libc: Libc,
    ) -> Search<'l, 'a> {
        let chain: Vec<_> = std::iter::once(&of).chain(above).copied().collect();
        let folders = |paths: fn(&Elf) -> &[String], chain: &[&Loaded<'a>]| -> Vec<String> {
            chain
                .iter()
                .filter_map(|loaded| Some((loaded, loaded.elf?)))
                .flat_map(|(loaded, elf)| paths(elf).iter().map(move |path| (path, loaded)))
                .flat_map(|(path, loaded)| expand(path, loaded, machine))
                .collect()
        };
        let asked = match libc {
            Libc::Glibc => {
                let own: &[_] = if of.elf.is_some_and(|elf| !elf.runpath.is_empty()) {
                    &[]
                } else {
                    &chain
                };
                let first = folders(only_rpath, own);
                let last = folders(|elf| &elf.runpath, &[of]);
                [&first, &self.library_path, &last]
                    .map(Vec::as_slice)
                    .concat()
            }
            Libc::Musl => {
                let inherited = folders(either_path, &chain);
                [&self.library_path, &inherited].map(Vec::as_slice).concat()
            }
        };
        Search {
            loader: self,
            of,
            libc,
            machine,
            asked,
            defaults: self.defaults(libc, machine),
        }
    }

    fn defaults(&self, libc: Libc, machine: Machine) -> Folders {
        let mut known = self.defaults.borrow_mut();
        let folders = known.entry((libc, machine)).or_insert_with(|| match libc {
            Libc::Glibc => folders::of_glibc(machine).into(),
            Libc::Musl => folders::of_musl(self.files, machine).into(),
        });
        Rc::clone(folders)
    }

    /// The library at a path, when it is one for that machine.
    fn library(&self, path: &str, machine: Machine) -> Option<Loaded<'a>> {
        let found_at = absolute(self.workdir, path);
        if found_at.len() > LONGEST {
            return None;
        }
        let (path, entry) = self.files.resolve(&found_at)?;
        let elf = match &entry.file()?.head {
            Head::Elf(elf) if elf.machine == machine => Some(&**elf),
            Head::Unread => None,
            _ => return None,
        };
        Some(Loaded {
            path,
            found_at,
            elf,
            by: None,
        })
    }
}

impl<'a> Search<'_, 'a> {
    /// The library of that name.
    pub(super) fn find(&self, name: &str) -> Option<Loaded<'a>> {
        let at = |path: &String| self.loader.library(path, self.machine);
        if name.contains('/') {
            return expand(name, self.of, self.machine).iter().find_map(at);
        }
        let in_folder = |folder: &String| at(&format!("{folder}/{name}"));
        let cached = match self.libc {
            Libc::Glibc => self.loader.cache.get(name),
            Libc::Musl => None,
        };
        self.asked
            .iter()
            .find_map(in_folder)
            .or_else(|| cached?.iter().find_map(at))
            .or_else(|| self.defaults.iter().find_map(in_folder))
    }
}

/// glibc: `DT_RPATH` counts only where there is no `DT_RUNPATH`.
fn only_rpath(elf: &Elf) -> &[String] {
    if elf.runpath.is_empty() {
        &elf.rpath
    } else {
        &[]
    }
}

/// musl makes no difference between the two.
fn either_path(elf: &Elf) -> &[String] {
    if elf.runpath.is_empty() {
        &elf.rpath
    } else {
        &elf.runpath
    }
}

/// A search path with its tokens replaced; `$LIB` is one of several. Nothing for one that only a
/// hostile file would have.
fn expand(path: &str, of: &Loaded<'_>, machine: Machine) -> Vec<String> {
    if path.matches('$').count() > MOST_TOKENS {
        return Vec::new();
    }
    let origin = of
        .found_at
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let with = |path: &str, token: &str, value: &str| {
        path.replace(&format!("${{{token}}}"), value)
            .replace(&format!("${token}"), value)
    };
    let path = with(path, "ORIGIN", origin);
    let path = with(&path, "PLATFORM", folders::platform(machine));
    if !path.contains("$LIB") && !path.contains("${LIB}") {
        return vec![path];
    }
    folders::lib_tokens(machine)
        .iter()
        .map(|lib| with(&path, "LIB", lib))
        .collect()
}

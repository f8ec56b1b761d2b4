//! What an image carries that a program does not need: packages, shells, compilers.

use std::collections::BTreeSet;

use super::Files;

/// Where dpkg keeps, for each package, the list of its files.
pub(super) const PACKAGE_LISTS: &str = "/var/lib/dpkg/info/";

/// The names of shells, those of busybox included.
const SHELLS: [&str; 9] = [
    "ash", "bash", "busybox", "dash", "fish", "ksh", "mksh", "sh", "zsh",
];

/// The names of programs that fetch, build or install others.
const TOOLS: [&str; 51] = [
    "apk",
    "apt",
    "apt-get",
    "as",
    "bun",
    "c++",
    "cargo",
    "cc",
    "clang",
    "clang++",
    "cmake",
    "conda",
    "corepack",
    "cpp",
    "curl",
    "deno",
    "dnf",
    "dpkg",
    "g++",
    "gcc",
    "gem",
    "gfortran",
    "git",
    "go",
    "gradle",
    "javac",
    "ld",
    "make",
    "mariadb_config",
    "meson",
    "microdnf",
    "mvn",
    "ninja",
    "npm",
    "npx",
    "pdm",
    "pg_config",
    "pip",
    "pip3",
    "pipenv",
    "pkg-config",
    "pnpm",
    "poetry",
    "rpm",
    "rustc",
    "rustup",
    "tsc",
    "uv",
    "wget",
    "yarn",
    "yum",
];

impl Files {
    /// How many packages the databases of dpkg and apk know; those of rpm are not read.
    pub fn packages(&self) -> usize {
        let lines = |path: &str, is_package: fn(&str) -> bool| {
            self.text(path).map_or(0, |text| {
                text.lines().filter(|line| is_package(line)).count()
            })
        };
        // Distroless images have a file for each package instead, and one with its checksums.
        let single = "/var/lib/dpkg/status.d/";
        let singles = self
            .entries
            .range(single.to_owned()..)
            .take_while(|(path, _)| path.starts_with(single))
            .filter(|(path, entry)| entry.file().is_some() && !path.ends_with(".md5sums"))
            .count();
        let apk = lines("/lib/apk/db/installed", |line| line.starts_with("P:"))
            .max(lines("/usr/lib/apk/db/installed", |line| {
                line.starts_with("P:")
            }));
        singles + apk + lines("/var/lib/dpkg/status", |line| line.starts_with("Package:"))
    }

    /// Whether a file is of a package of Debian's, which asks for what it cannot do without.
    pub fn is_of_package(&self, path: &str) -> bool {
        let lists = self.entries.range(PACKAGE_LISTS.to_owned()..);
        lists
            .take_while(|(list, _)| list.starts_with(PACKAGE_LISTS))
            .filter_map(|(list, _)| self.text(list))
            .any(|list| list.lines().any(|line| line == path))
    }

    /// The shells that it has, by name, sorted.
    pub fn shells(&self) -> Vec<String> {
        self.programs_of(&SHELLS)
    }

    /// The programs that it has to fetch, build or install others, by name, sorted.
    pub fn tools(&self) -> Vec<String> {
        self.programs_of(&TOOLS)
    }

    fn programs_of(&self, names: &[&str]) -> Vec<String> {
        let mut found = BTreeSet::new();
        for path in self.entries.keys() {
            let Some((folder, name)) = path.rsplit_once('/') else {
                continue;
            };
            let known = names.binary_search(&unversioned(name));
            if let Ok(at) = known
                && holds_programs(folder)
                && !found.contains(names[at])
                && self.is_executable(path)
            {
                found.insert(names[at]);
            }
        }
        found.into_iter().map(str::to_owned).collect()
    }

    fn is_executable(&self, path: &str) -> bool {
        self.resolve(path)
            .is_some_and(|(_, entry)| entry.file().is_some() && entry.mode & 0o111 != 0)
    }
}

/// `gcc-12` is `gcc`, and `pip3.11` is `pip3`.
fn unversioned(name: &str) -> &str {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once(['-', '.']) {
        Some((before, version)) if !version.is_empty() && digits(version) => before,
        _ => name,
    }
}

fn holds_programs(folder: &str) -> bool {
    let last = folder.rsplit('/').next();
    last.is_some_and(|last| matches!(last, "bin" | "sbin" | "busybox"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_the_order_in_which_they_are_searched() {
        assert!(SHELLS.is_sorted());
        assert!(TOOLS.is_sorted());
    }

    #[test]
    fn a_version_is_no_part_of_a_name() {
        assert_eq!(unversioned("gcc-12"), "gcc");
        assert_eq!(unversioned("pip3.11"), "pip3");
        assert_eq!(unversioned("apt-get"), "apt-get");
        assert_eq!(unversioned("g++"), "g++");
    }
}

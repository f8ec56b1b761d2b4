//! In: the name of an apt or apk package. Out: what it is for.

use std::{collections::HashMap, sync::LazyLock};

use super::table::rows;

/// The package manager whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manager {
    /// Debian's and Ubuntu's.
    Apt,
    /// Alpine's.
    Apk,
}

/// What a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageRole {
    /// Compilers, headers and build systems: never needed by the finished program. The
    /// libraries behind a development package are another matter, see `debian_libraries`
    /// and `apk_libraries`; Debian's `gfortran` and Alpine's `g++` have some too.
    Build,
    /// Serves to install something else: repositories, keys. Needed in the final stage only
    /// where what it installs is.
    Installer,
    /// A program that is mostly used while building (git, curl, unzip): needed in the final
    /// stage only where something calls it.
    Tool,
    /// A language that native builds use, but that programs and scripts may call too. As
    /// `Tool`, with more reason to look.
    Interpreter,
    /// For people at a terminal: editors, pagers, debuggers. Dropping it takes away comfort,
    /// unless something calls it.
    Debug,
    /// Needed, or likely needed, by the running program: stays.
    Runtime,
    /// Not known: stays.
    Unknown,
}

static ROLES: LazyLock<HashMap<(Manager, &'static str), PackageRole>> = LazyLock::new(|| {
    let mut roles = HashMap::new();
    for [manager, role, names] in rows(include_str!("data/package-roles.tsv")) {
        let manager = match manager {
            "apk" => Manager::Apk,
            _ => Manager::Apt,
        };
        let role = role_of(role);
        roles.extend(names.split(' ').map(|name| ((manager, name), role)));
    }
    roles
});

fn role_of(word: &str) -> PackageRole {
    match word {
        "build" => PackageRole::Build,
        "installer" => PackageRole::Installer,
        "tool" => PackageRole::Tool,
        "interpreter" => PackageRole::Interpreter,
        "debug" => PackageRole::Debug,
        "runtime" => PackageRole::Runtime,
        _ => PackageRole::Unknown,
    }
}

/// The package's name in an argument of `apt-get install` or `apk add`: without the version
/// (`curl=7.*`, `git>2`), the release (`x/buster-backports`), the architecture (`x:i386`),
/// the repository tag (`x@edge`) and apt's `+` for "install". `None` for what names no
/// package: an option, a variable, a file, a removal (`x-`).
pub fn package_name(manager: Manager, argument: &str) -> Option<&str> {
    let end = match manager {
        Manager::Apt => argument.find(['=', '/', ':']),
        Manager::Apk => argument.find(['=', '<', '>', '~', '@']),
    };
    let name = argument.get(..end.unwrap_or(argument.len()))?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_');
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_file = matches!(name.rsplit_once('.'), Some((_, "deb" | "apk")));
    (starts_well && !is_file && !name.ends_with('-') && name.chars().all(allowed)).then_some(name)
}

/// What the package of that name is for. By hand for the names that public Dockerfiles
/// install most, by its form for development packages, Go's own, libraries, fonts and documents.
pub fn role(manager: Manager, name: &str) -> PackageRole {
    match ROLES.get(&(manager, name)) {
        Some(role) => *role,
        None => role_by_form(manager, name),
    }
}

fn role_by_form(manager: Manager, name: &str) -> PackageRole {
    if is_development(name) {
        return PackageRole::Build;
    }
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if ends(&["-doc", "-dbg", "-dbgsym"]) {
        return PackageRole::Debug;
    }
    if is_compiler_of_a_version(name) || name.starts_with("golang-") {
        return PackageRole::Build;
    }
    let serves = match manager {
        Manager::Apt => starts(&["fonts-", "ttf-", "xfonts-", "tesseract-ocr-", "gir1.2-"]),
        Manager::Apk => starts(&["font-", "ttf-"]),
    };
    // Every library that is not for development is loaded by something.
    let library = manager == Manager::Apt && name.starts_with("lib") && !ends(&["-bin", "-tools"]);
    if serves || library {
        PackageRole::Runtime
    } else {
        PackageRole::Unknown
    }
}

/// `libpq-dev`, `openssl-devel`, `postgresql-server-dev-15`, `libc6-dev-i386`.
pub fn is_development(name: &str) -> bool {
    let of_a_version_or_machine = name.starts_with("lib") || name.starts_with("postgresql-");
    name.ends_with("-dev")
        || name.ends_with("-devel")
        || (of_a_version_or_machine && name.contains("-dev-"))
}

/// `gcc-12`, `g++-4.9`, `clang-15`, `llvm-14`.
fn is_compiler_of_a_version(name: &str) -> bool {
    ["gcc-", "g++-", "clang-", "llvm-", "gfortran-"]
        .iter()
        .filter_map(|prefix| name.strip_prefix(prefix))
        .any(|version| {
            !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Manager::{Apk, Apt};
    use PackageRole::{Build, Debug, Installer, Interpreter, Runtime, Tool, Unknown};

    #[test]
    fn packages_have_the_role_that_they_are_installed_for() {
        for (manager, name, expected) in [
            (Apt, "build-essential", Build),
            (Apt, "libpq-dev", Build),
            (Apt, "postgresql-server-dev-15", Build),
            (Apt, "libc6-dev-i386", Build),
            (Apt, "gcc-12", Build),
            (Apt, "golang-1.21-go", Build),
            (Apt, "gcc-12-base", Unknown),
            (Apt, "libpq5", Runtime),
            (Apt, "fonts-noto", Runtime),
            (Apt, "git", Tool),
            (Apt, "python3", Interpreter),
            (Apt, "vim", Debug),
            (Apt, "apt-transport-https", Installer),
            (Apt, "ffmpeg", Runtime),
            (Apt, "acme-agent", Unknown),
            (Apk, "build-base", Build),
            (Apk, "openssl-dev", Build),
            (Apk, "libstdc++", Runtime),
            (Apk, "acme-agent", Unknown),
        ] {
            assert_eq!(role(manager, name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_has_one_role() {
        let mut listed: Vec<(&str, &str)> = Vec::new();
        for [manager, _, names] in rows(include_str!("data/package-roles.tsv")) {
            listed.extend(names.split(' ').map(|name| (manager, name)));
        }
        let all = listed.len();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!((listed.len(), ROLES.len()), (all, all));
        assert!(ROLES.values().all(|role| *role != Unknown));
        assert!(!ROLES.keys().any(|(_, name)| name.is_empty()));
    }

    #[test]
    fn versions_and_repositories_are_no_part_of_a_name() {
        assert_eq!(package_name(Apt, "curl=7.88.*"), Some("curl"));
        assert_eq!(package_name(Apt, "git/bookworm-backports"), Some("git"));
        assert_eq!(package_name(Apt, "libstdc++6:i386"), Some("libstdc++6"));
        assert_eq!(package_name(Apk, "nodejs~20"), Some("nodejs"));
        assert_eq!(package_name(Apk, "git>2.4"), Some("git"));
        assert_eq!(package_name(Apk, "pkg@edge"), Some("pkg"));
        for other in [
            "--no-cache",
            "$PACKAGES",
            "./x.deb",
            "x.deb",
            "vim-",
            "",
            "é",
        ] {
            assert_eq!(package_name(Apt, other), None, "{other}");
        }
    }
}

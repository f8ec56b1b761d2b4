//! The commands of npm, Yarn and pnpm, by name. In: a word. Out: what it asks for.

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    /// To install what the manifest lists.
    Install,
    /// To install what the manifest lists as the lockfile has it (`npm ci`).
    CleanInstall,
    /// To install packages by name.
    Add,
    /// To take packages away.
    Remove,
    /// To run a script of the manifest.
    Run(String),
    /// To run a script in several packages at once.
    Across,
    /// To run the program of a package (`npm exec`, `npx`, `yarn x` where no script is x).
    Exec,
    /// To take away what the manifest does not list, or development dependencies.
    Prune,
    /// To clean or verify the cache.
    Cache,
    /// To change the settings of the user.
    Configure,
    /// To link to packages that lie elsewhere.
    Link,
    /// To change something below the directory (`rebuild`, `dedupe`, `audit fix`).
    Change,
    /// To say something.
    Tell,
    /// It is not known.
    Unknown,
}

/// Options that take their value in the next word. Source: npm's and Yarn 1's documentation of
/// their configuration.
pub(super) const WITH_VALUE: [&str; 32] = [
    "--prefix",
    "-C",
    "--registry",
    "--cache",
    "--userconfig",
    "--globalconfig",
    "--omit",
    "--include",
    "--only",
    "--also",
    "--loglevel",
    "--network-timeout",
    "--network-concurrency",
    "--fetch-timeout",
    "--fetch-retries",
    "--fetch-retry-mintimeout",
    "--fetch-retry-maxtimeout",
    "--maxsockets",
    "--workspace",
    "-w",
    "--tag",
    "--cwd",
    "--modules-folder",
    "--cache-folder",
    "--global-folder",
    "--mutex",
    "--use-yarnrc",
    "--package",
    "-p",
    "--call",
    "--scope",
    "--location",
];

/// Options of pnpm that take their value in the next word. Source: pnpm's documentation of its
/// command line.
pub(super) const PNPM_WITH_VALUE: [&str; 20] = [
    "-C",
    "--dir",
    "--filter",
    "-F",
    "--filter-prod",
    "--store-dir",
    "--modules-dir",
    "--virtual-store-dir",
    "--lockfile-dir",
    "--registry",
    "--reporter",
    "--loglevel",
    "--network-concurrency",
    "--child-concurrency",
    "--workspace-concurrency",
    "--package-import-method",
    "--node-linker",
    "--fetch-timeout",
    "--fetch-retries",
    "--package",
];

/// npm's commands and their aliases. Source: npm's documentation of its command line.
pub(super) fn npm_verb(name: &str, operands: &[Option<String>]) -> Verb {
    match name {
        "install" | "i" | "in" | "ins" | "inst" | "insta" | "instal" | "isnt" | "isnta"
        | "isntal" | "isntall" | "add" => {
            if operands.is_empty() {
                Verb::Install
            } else {
                Verb::Add
            }
        }
        "ci" | "clean-install" | "ic" | "install-clean" | "isntall-clean" => Verb::CleanInstall,
        "uninstall" | "un" | "unlink" | "remove" | "rm" | "r" => Verb::Remove,
        "prune" => Verb::Prune,
        "cache" => Verb::Cache,
        "config" | "c" | "set" | "get" | "login" | "adduser" | "logout" => Verb::Configure,
        "link" | "ln" => Verb::Link,
        "rebuild" | "rb" | "dedupe" | "ddp" | "update" | "up" | "upgrade" | "audit" | "init"
        | "pack" | "shrinkwrap" | "version" | "pkg" | "fund" => Verb::Change,
        "view" | "info" | "show" | "ls" | "list" | "ll" | "la" | "outdated" | "root" | "prefix"
        | "bin" | "help" | "whoami" | "ping" | "doctor" | "explain" | "why" | "search" => {
            Verb::Tell
        }
        _ => Verb::Unknown,
    }
}

/// pnpm's commands; what is none of them is a script, or a program of a package.
/// Source: pnpm's documentation of its command line.
pub(super) fn pnpm_verb(name: &str, operands: &[Option<String>]) -> Option<Verb> {
    Some(match name {
        "install" | "i" | "add" => {
            if operands.is_empty() {
                Verb::Install
            } else {
                Verb::Add
            }
        }
        "ci" | "clean-install" | "install-clean" => Verb::CleanInstall,
        "remove" | "rm" | "uninstall" | "un" => Verb::Remove,
        "prune" => Verb::Prune,
        "store" | "cache" => Verb::Cache,
        "config" | "c" | "set" | "get" | "login" | "logout" => Verb::Configure,
        "link" | "ln" => Verb::Link,
        "fetch" | "rebuild" | "rb" | "dedupe" | "update" | "up" | "upgrade" | "import"
        | "install-test" | "it" | "patch" | "patch-commit" | "approve-builds" | "audit"
        | "unlink" | "pack" | "init" => Verb::Change,
        "list" | "ls" | "ll" | "la" | "outdated" | "root" | "bin" | "help" | "why" | "licenses"
        | "doctor" => Verb::Tell,
        // They put files elsewhere, or bring another release of Node.
        "deploy" | "setup" | "self-update" | "runtime" | "env" => Verb::Unknown,
        _ => return None,
    })
}

/// Yarn's commands; what is none of them is a script. Source: its documentation, of 1 and of
/// the newer ones.
pub(super) fn yarn_verb(name: &str) -> Option<Verb> {
    Some(match name {
        "install" => Verb::Install,
        "add" => Verb::Add,
        "remove" => Verb::Remove,
        "cache" => Verb::Cache,
        "config" | "set" | "login" | "logout" => Verb::Configure,
        "link" => Verb::Link,
        "autoclean"
        | "plugin"
        | "dedupe"
        | "rebuild"
        | "unplug"
        | "upgrade"
        | "unlink"
        | "init"
        | "pack"
        | "import"
        | "version"
        | "generate-lock-entry" => Verb::Change,
        "audit" | "check" | "info" | "list" | "licenses" | "outdated" | "why" | "versions"
        | "bin" | "help" => Verb::Tell,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_and_packages_decide() {
        let package = [Some("ms".to_owned())];
        assert_eq!(npm_verb("i", &[]), Verb::Install);
        assert_eq!(npm_verb("i", &package), Verb::Add);
        assert_eq!(npm_verb("clean-install", &[]), Verb::CleanInstall);
        assert_eq!(npm_verb("zap", &[]), Verb::Unknown);
        assert_eq!(yarn_verb("add"), Some(Verb::Add));
        assert_eq!(pnpm_verb("add", &package), Some(Verb::Add));
        assert_eq!(pnpm_verb("deploy", &[]), Some(Verb::Unknown));
        assert_eq!(pnpm_verb("build", &[]), None);
        assert_eq!(yarn_verb("build"), None);
    }
}

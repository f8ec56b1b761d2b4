//! What the commands of the system do: packages, accounts, files. Knows no language.

mod accounts;
mod downloads;
mod files;
mod packages;
#[cfg(test)]
mod tests;
mod words;

use super::action::Action;
use super::build::RunCommand;
use super::packages::NODESOURCE;
use crate::dockerfile::shell::Word;
use accounts::account;
use downloads::{curl, git, tar, unzip, wget};
use files::{
    changed_mode, converted, copied, find, in_place, made_directories, of_manuals, own,
    reconfigured,
};
use packages::{apk, apt};
pub(super) use words::before_pattern;
pub use words::operands;
use words::{absolute, paths};

/// What `command` does, as far as it is not a toolchain's business.
pub fn action(command: &RunCommand) -> Action {
    let Some(program) = command.program.as_deref() else {
        return if command.command.words.is_empty() {
            Action::Nothing
        } else {
            Action::Unknown
        };
    };
    if !is_of_system(program) {
        return if asks_for_version(command) {
            Action::Nothing
        } else {
            Action::Unknown
        };
    }
    match program.rsplit('/').next().unwrap_or(program) {
        "apt-get" | "apt" | "aptitude" => apt(command),
        "apk" => apk(command),
        "apt-key" | "add-apt-repository" | "apt-mark" | "apt-cache" | "debconf-set-selections" => {
            Action::Nothing
        }
        "groupadd" | "addgroup" | "useradd" | "adduser" => account(command),
        "rm" | "rmdir" => absolute(command, &[]).map_or(Action::Unknown, Action::Remove),
        "mkdir" => made_directories(command),
        "touch" | "truncate" | "tee" => {
            paths(command, &["-d", "-s", "-t", "-r"]).map_or(Action::Unknown, Action::Write)
        }
        "chown" | "chgrp" => own(command),
        "chmod" => changed_mode(command),
        "cp" | "mv" | "install" | "ln" => copied(command),
        "sed" => in_place(command),
        "dos2unix" | "unix2dos" => converted(command),
        "curl" => curl(command),
        "wget" => wget(command),
        "tar" => tar(command),
        "unzip" => unzip(command),
        "git" | "hg" => git(command),
        "dpkg" if asks_dpkg(command) => Action::Nothing,
        "locale-gen" | "localedef" => Action::Write(vec!["/usr/lib/locale".to_owned()]),
        "update-locale" => Action::Write(vec!["/etc/default/locale".to_owned()]),
        "dpkg-reconfigure" => reconfigured(command),
        "update-ca-certificates" => Action::Certificates,
        "make" | "cmake" | "ninja" | "protoc" | "buf" | "gcc" | "g++" | "cc" | "patch" => {
            build_work(command)
        }
        "find" => find(command),
        "sh" | "bash" | "ash" | "dash" if adds_node(command) => {
            Action::Write(vec![NODESOURCE.to_owned()])
        }
        "sh" | "bash" | "ash" | "dash" if runs_script_text(command) => Action::Nothing,
        "gosu" | "su-exec" => as_another(command),
        "xargs" => for_each(command),
        // What it runs was seen through, unless an option forbids that.
        "env" if runs_another(command) => Action::Unknown,
        _ if asks_for_version(command) => Action::Nothing,
        name if is_harmless(name) => Action::Nothing,
        _ => Action::Unknown,
    }
}

/// Whether a program is one of the system's: `./install` is not `install`.
fn is_of_system(program: &str) -> bool {
    let directory = program.rsplit_once('/').map(|(directory, _)| directory);
    matches!(
        directory,
        None | Some(
            "/bin" | "/usr/bin" | "/sbin" | "/usr/sbin" | "/usr/local/bin" | "/usr/local/sbin"
        )
    )
}

/// `program --version`: shows that it is there.
fn asks_for_version(command: &RunCommand) -> bool {
    let asks = |word: &str| matches!(word, "--version" | "-v" | "-V" | "version" | "--help");
    matches!(command.arguments.as_slice(), [Some(only)] if asks(only))
}

/// `curl https://deb.nodesource.com/setup_20.x | bash -`: `NodeSource`'s set-up leaves a package repository.
fn adds_node(command: &RunCommand) -> bool {
    command
        .fed_by
        .as_deref()
        .is_some_and(|address| address.starts_with("https://deb.nodesource.com/setup_"))
}

/// dpkg's questions, which change nothing. Source: dpkg(1), "Actions".
fn asks_dpkg(command: &RunCommand) -> bool {
    matches!(
        command.subcommand(),
        Some(
            "--print-architecture"
                | "--print-foreign-architectures"
                | "--compare-versions"
                | "--get-selections"
                | "-l"
                | "--list"
                | "-s"
                | "--status"
                | "-L"
                | "--listfiles"
                | "-S"
                | "--search"
        )
    )
}

/// `gosu user program argument…`.
fn as_another(command: &RunCommand) -> Action {
    if asks_for_version(command) {
        return Action::Nothing;
    }
    let mut inner = command.clone();
    inner.program = command.arguments.get(1).cloned().flatten();
    inner.arguments = command.arguments.get(2..).unwrap_or_default().to_vec();
    if inner.program.is_none() {
        Action::Unknown
    } else {
        action(&inner)
    }
}

/// Whether `env` has more behind it than options and variables.
fn runs_another(command: &RunCommand) -> bool {
    let is_plain = |word: &str| word.starts_with('-') || word.contains('=');
    !command
        .arguments
        .iter()
        .all(|word| word.as_deref().is_some_and(is_plain))
}

/// `xargs program argument…`, with more arguments that are not known.
fn for_each(command: &RunCommand) -> Action {
    let with_value = ["-n", "-P", "-I", "-L", "-d", "-a", "-E", "-s"];
    let mut arguments = command.arguments.iter();
    let mut inner = command.clone();
    inner.program = None;
    while let Some(argument) = arguments.next() {
        match argument.as_deref() {
            Some(word) if with_value.contains(&word) => _ = arguments.next(),
            Some(word) if word.starts_with('-') => {}
            word => {
                inner.program = word.map(str::to_owned);
                inner.arguments = arguments.cloned().collect();
                let words = &command.command.words;
                let first = words.len().saturating_sub(inner.arguments.len() + 1);
                inner.command.words = words.get(first..).unwrap_or_default().to_vec();
                break;
            }
        }
    }
    match inner.program.as_deref() {
        // Where it is not known what is removed, it is not known to be missed.
        None | Some("rm" | "rmdir" | "strip") => Action::Nothing,
        Some("xargs") => Action::Unknown,
        Some("mkdir") => of_manuals(&inner).unwrap_or(Action::Unknown),
        Some(_) if action(&inner) == Action::Nothing => Action::Nothing,
        Some(_) => Action::Unknown,
    }
}

/// Programs that print, test or set something for the shell alone.
fn is_harmless(name: &str) -> bool {
    matches!(
        name,
        "echo"
            | "printf"
            | "true"
            | "false"
            | ":"
            | "set"
            | "export"
            | "cd"
            | "pushd"
            | "ls"
            | "cat"
            | "pwd"
            | "which"
            | "type"
            | "command"
            | "test"
            | "["
            | "[["
            | "sleep"
            | "date"
            | "uname"
            | "env"
            | "exit"
            | "sha256sum"
            | "sha512sum"
            | "md5sum"
            | "grep"
            | "egrep"
            | "awk"
            | "cut"
            | "tr"
            | "sort"
            | "head"
            | "tail"
            | "wc"
            | "dirname"
            | "basename"
            | "id"
            | "whoami"
            | "unset"
            | "read"
            | "shopt"
            | "ulimit"
            | "du"
            | "df"
            | "tree"
            | "file"
            | "stat"
            | "gpg"
            | "fc-cache"
            | "sync"
            | "sha1sum"
            | "gpgconf"
            | "time"
            | "hash"
            | "dpkg-query"
            | "lsb_release"
            | "arch"
            | "nproc"
            | "ldd"
            | "strip"
            | "readlink"
            | "realpath"
            | "expr"
            | "seq"
            | "jq"
            | "diff"
            | "cmp"
            | "umask"
            | "wait"
            | "local"
            | "locale"
            | "mktemp"
            | "scanelf"
            | "uniq"
            | "tac"
            | "base64"
            | "getconf"
            | "getent"
            | "printenv"
    )
}

/// Files that redirections of `command` write, their words as `read` tells. `None` when one is
/// unknown.
pub fn redirected(
    command: &RunCommand,
    read: &dyn Fn(&Word) -> Option<String>,
) -> Option<Vec<String>> {
    let writes = command
        .command
        .redirects
        .iter()
        .filter(|redirect| redirect.writes);
    let mut paths = Vec::new();
    for redirect in writes {
        let target = read(&redirect.target).filter(|path| before_pattern(path) == *path);
        let path = command.absolute(&target?)?;
        if !path.starts_with("/dev/") {
            paths.push(path);
        }
    }
    Some(paths)
}

/// The script file that a command runs: `./x.sh`, `/app/x.sh`, `sh x.sh`.
pub fn script_path(command: &RunCommand) -> Option<String> {
    let program = command.program.as_deref()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    if matches!(name, "sh" | "bash" | "ash" | "dash" | "source" | ".") {
        return command
            .known_arguments()
            .find(|word| !word.starts_with('-'))
            .map(str::to_owned);
    }
    program.contains('/').then(|| program.to_owned())
}

/// `sh -c text`: its commands stand in the list behind it.
fn runs_script_text(command: &RunCommand) -> bool {
    command
        .known_arguments()
        .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('c'))
}

/// Compilers and generators write where they are told; `install` targets write anywhere.
fn build_work(command: &RunCommand) -> Action {
    let installs = command
        .known_arguments()
        .any(|word| word == "install" || word == "--install");
    if installs || command.directory.is_none() {
        Action::Unknown
    } else {
        Action::Build
    }
}

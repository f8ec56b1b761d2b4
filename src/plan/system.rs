//! What the commands of the system do: packages, accounts, files. Knows no language.

use super::action::{Account, Action, Manager};
use super::build::RunCommand;

/// What `command` does, as far as it is not a toolchain's business.
pub fn action(command: &RunCommand) -> Action {
    let Some(program) = command.program.as_deref() else {
        return if command.command.words.is_empty() {
            Action::Nothing
        } else {
            Action::Unknown
        };
    };
    match program.rsplit('/').next().unwrap_or(program) {
        "apt-get" | "apt" | "aptitude" => apt(command),
        "apk" => apk(command),
        "apt-key" | "add-apt-repository" | "apt-mark" | "apt-cache" | "debconf-set-selections" => {
            Action::Nothing
        }
        "groupadd" | "addgroup" | "useradd" | "adduser" => account(command),
        "rm" | "rmdir" => paths(command, &[]).map_or(Action::Unknown, Action::Remove),
        "mkdir" => paths(command, &["-m", "--mode"]).map_or(Action::Unknown, Action::MakeDirectory),
        "touch" | "truncate" | "tee" => {
            paths(command, &["-d", "-s", "-t", "-r"]).map_or(Action::Unknown, Action::Write)
        }
        "chown" | "chgrp" => own(command),
        "chmod" => changed_mode(command),
        "cp" | "mv" | "install" | "ln" => copied(command),
        "sed" => in_place(command),
        "curl" => curl(command),
        "wget" => wget(command),
        "tar" => tar(command),
        "unzip" => unzip(command),
        "git" => git(command),
        "locale-gen" | "localedef" => Action::Write(vec!["/usr/lib/locale".to_owned()]),
        "update-locale" => Action::Write(vec!["/etc/default/locale".to_owned()]),
        "dpkg-reconfigure" => reconfigured(command),
        "update-ca-certificates" => Action::Certificates,
        "make" | "cmake" | "ninja" | "protoc" | "buf" | "gcc" | "g++" | "cc" | "patch" => {
            build_work(command)
        }
        "find" => find(command),
        "sh" | "bash" | "ash" | "dash" if runs_script_text(command) => Action::Nothing,
        "gosu" | "su-exec" => as_another(command),
        _ if asks_for_version(command) => Action::Nothing,
        name if is_harmless(name) => Action::Nothing,
        _ => Action::Unknown,
    }
}

/// `program --version`: shows that it is there.
fn asks_for_version(command: &RunCommand) -> bool {
    let asks = |word: &str| matches!(word, "--version" | "-v" | "-V" | "version" | "--help");
    matches!(command.arguments.as_slice(), [Some(only)] if asks(only))
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
            | "xargs"
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
    )
}

/// Files that redirections of `command` write. `None` when one is unknown.
pub fn redirected(command: &RunCommand) -> Option<Vec<String>> {
    let writes = command
        .command
        .redirects
        .iter()
        .filter(|redirect| redirect.writes);
    let mut paths = Vec::new();
    for redirect in writes {
        let target = redirect
            .target
            .resolve(&|name| command.variables.get(name).cloned());
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

/// The arguments that are no flags, as absolute paths. `with_value` are flags that take a value in
/// the next word. `None` when one is unknown.
fn paths(command: &RunCommand, with_value: &[&str]) -> Option<Vec<String>> {
    operands(command, with_value)?
        .iter()
        .map(|path| command.absolute(path).map(|path| before_pattern(&path)))
        .collect()
}

/// The directory that holds all that a pattern can match; a path without one is itself.
fn before_pattern(path: &str) -> String {
    let Some(at) = path.find(['*', '?', '[', '{']) else {
        return path.to_owned();
    };
    let directory = path
        .get(..at)
        .and_then(|start| start.rsplit_once('/'))
        .map(|(start, _)| start);
    match directory {
        None | Some("") => "/".to_owned(),
        Some(directory) => directory.to_owned(),
    }
}

/// The arguments that are no flags. `None` when one is unknown.
pub fn operands(command: &RunCommand, with_value: &[&str]) -> Option<Vec<String>> {
    let mut operands = Vec::new();
    let mut skip = false;
    let mut only_operands = false;
    for argument in &command.arguments {
        let word = argument.as_deref()?;
        if skip {
            skip = false;
        } else if word == "--" {
            only_operands = true;
        } else if !only_operands && word.len() > 1 && word.starts_with('-') {
            skip = with_value.contains(&word);
        } else {
            operands.push(word.to_owned());
        }
    }
    Some(operands)
}

fn apt(command: &RunCommand) -> Action {
    let Some(words) = operands(command, &["-o", "-t", "--target-release", "-c"]) else {
        return Action::Unknown;
    };
    match words.split_first() {
        Some((verb, names)) if verb == "install" => {
            let names = names.iter().map(|name| package_name(name)).collect();
            Action::Packages {
                manager: Manager::Apt,
                names,
            }
        }
        Some((verb, _)) if verb == "build-dep" || verb == "source" => Action::Nothing,
        _ => Action::Nothing,
    }
}

fn apk(command: &RunCommand) -> Action {
    let with_value = [
        "-t",
        "--virtual",
        "-X",
        "--repository",
        "-p",
        "--root",
        "--keys-dir",
    ];
    let Some(words) = operands(command, &with_value) else {
        return Action::Unknown;
    };
    match words.split_first() {
        Some((verb, names)) if verb == "add" => {
            // `.build-deps` names a group, `pkg@edge` a repository.
            let names = names.iter().filter(|name| !name.starts_with('.'));
            let names = names.map(|name| package_name(name)).collect();
            Action::Packages {
                manager: Manager::Apk,
                names,
            }
        }
        _ => Action::Nothing,
    }
}

/// A package's name without version, architecture and repository.
fn package_name(word: &str) -> String {
    word.split(['=', '<', '>', '~', '@', ':', '/'])
        .next()
        .unwrap_or(word)
        .to_owned()
}

fn account(command: &RunCommand) -> Action {
    let program = command.program.as_deref().unwrap_or_default();
    let is_group = program.ends_with("groupadd") || program.ends_with("addgroup");
    let with_value = [
        "-u",
        "--uid",
        "-g",
        "--gid",
        "-G",
        "--groups",
        "--ingroup",
        "-h",
        "-d",
        "--home",
        "--home-dir",
        "-s",
        "--shell",
        "-c",
        "--comment",
        "--gecos",
        "-k",
        "--skel",
        "-b",
        "-p",
        "--password",
        "-K",
    ];
    let Some(words) = operands(command, &with_value) else {
        return Action::Unknown;
    };
    let Some(name) = words.first().cloned() else {
        return Action::Unknown;
    };
    let value = |flags: &[&str]| {
        flags
            .iter()
            .find_map(|flag| command.flag_value(flag))
            .flatten()
    };
    let id = value(if is_group {
        &["-g", "--gid"]
    } else {
        &["-u", "--uid"]
    });
    let home = value(&["-d", "--home-dir", "--home", "-h"]);
    let makes_home = !is_group
        && (command.has_flag("-m")
            || command.has_flag("--create-home")
            || (program.ends_with("adduser")
                && !command.has_flag("-H")
                && !command.has_flag("--no-create-home")));
    // Debian's `adduser --system` makes no home unless one is named.
    let homeless = program.ends_with("adduser") && command.has_flag("--system") && home.is_none();
    let home = home
        .or_else(|| Some(format!("/home/{name}")))
        .filter(|_| makes_home && !homeless);
    let id = id.and_then(|id| id.parse().ok());
    Action::Account(Account {
        name,
        is_group,
        id,
        home,
    })
}

fn own(command: &RunCommand) -> Action {
    let Some(mut words) = operands(command, &["--from"]) else {
        return Action::Unknown;
    };
    if words.len() < 2 {
        return Action::Unknown;
    }
    let owner = words.remove(0);
    let owner = if command.program.as_deref() == Some("chgrp") {
        format!(":{owner}")
    } else {
        owner
    };
    let paths: Option<Vec<String>> = words
        .iter()
        .map(|path| command.absolute(path).map(|path| before_pattern(&path)))
        .collect();
    let is_recursive = |word: &str| {
        word == "--recursive"
            || (word.starts_with('-') && !word.starts_with("--") && word.contains('R'))
    };
    let recursive = command.known_arguments().any(is_recursive);
    paths.map_or(Action::Unknown, |paths| Action::Own {
        owner,
        paths,
        recursive,
    })
}

fn changed_mode(command: &RunCommand) -> Action {
    // The mode may look like a flag (`-x`) and never is a path.
    let Some(words) = operands(command, &[]) else {
        return Action::Unknown;
    };
    let mode_is_flag = command.known_arguments().any(|word| {
        word.starts_with('-')
            && word
                .trim_start_matches('-')
                .chars()
                .all(|c| "rwxXst".contains(c))
    });
    let paths = words.iter().skip(usize::from(!mode_is_flag));
    let paths: Option<Vec<String>> = paths
        .map(|path| command.absolute(path).map(|path| before_pattern(&path)))
        .collect();
    paths.map_or(Action::Unknown, Action::Mode)
}

fn copied(command: &RunCommand) -> Action {
    if command
        .program
        .as_deref()
        .is_some_and(|program| program.ends_with("install"))
        && (command.has_flag("-d") || command.has_flag("--directory"))
    {
        let directories = paths(command, &["-m", "-o", "-g", "--mode", "--owner", "--group"]);
        return directories.map_or(Action::Unknown, Action::MakeDirectory);
    }
    let Some(words) = operands(
        command,
        &["-m", "-o", "-g", "-t", "--mode", "--target-directory"],
    ) else {
        return Action::Unknown;
    };
    let Some((target, sources)) = words.split_last() else {
        return Action::Unknown;
    };
    let Some(path) = command.absolute(target) else {
        return Action::Unknown;
    };
    // Into a directory that has other things, the file itself is what was written.
    let into = target.ends_with('/') || target == "." || super::layout::is_system_directory(&path);
    if !into || path == "/" {
        return if path == "/" {
            Action::Unknown
        } else {
            Action::Write(vec![path])
        };
    }
    let inside = |source: &String| {
        let name = source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(source);
        (!name.contains(['*', '?'])).then(|| format!("{path}/{name}"))
    };
    let written: Option<Vec<String>> = sources.iter().map(inside).collect();
    match written {
        Some(paths) => Action::Write(paths),
        None if super::layout::is_system_directory(&path) => Action::Unknown,
        None => Action::Write(vec![path]),
    }
}

fn in_place(command: &RunCommand) -> Action {
    let edits = command
        .known_arguments()
        .any(|word| word.starts_with("-i") || word == "--in-place");
    if !edits {
        return Action::Nothing;
    }
    let has_script = command.has_flag("-e") || command.has_flag("-f");
    let Some(words) = operands(command, &["-e", "-f", "--expression"]) else {
        return Action::Unknown;
    };
    let paths = words.iter().skip(usize::from(!has_script));
    let paths: Option<Vec<String>> = paths.map(|path| command.absolute(path)).collect();
    paths.map_or(Action::Unknown, Action::Write)
}

fn curl(command: &RunCommand) -> Action {
    let value = command
        .flag_value("-o")
        .or_else(|| command.flag_value("--output"));
    let bundled = command.arguments.iter().position(|word| {
        word.as_deref().is_some_and(|word| {
            word.starts_with('-') && !word.starts_with("--") && word.ends_with('o')
        })
    });
    let value =
        value.or_else(|| bundled.map(|at| command.arguments.get(at + 1).cloned().flatten()));
    let remote_name = command.has_flag("-O")
        || command.has_flag("--remote-name")
        || command
            .known_arguments()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('O'));
    match value {
        Some(Some(path)) => written(command, &path),
        Some(None) => Action::Unknown,
        None if remote_name => downloaded_name(command),
        None => Action::Nothing,
    }
}

fn wget(command: &RunCommand) -> Action {
    let value = command
        .flag_value("-O")
        .or_else(|| command.flag_value("--output-document"));
    let bundled = command.arguments.iter().position(|word| {
        word.as_deref().is_some_and(|word| {
            word.starts_with('-')
                && !word.starts_with("--")
                && word.len() > 2
                && word.ends_with('O')
        })
    });
    let value =
        value.or_else(|| bundled.map(|at| command.arguments.get(at + 1).cloned().flatten()));
    match value {
        Some(Some(path)) if path == "-" => Action::Nothing,
        Some(Some(path)) => written(command, &path),
        Some(None) => Action::Unknown,
        None => downloaded_name(command),
    }
}

/// A download that takes its name from the address.
fn downloaded_name(command: &RunCommand) -> Action {
    let name = command
        .known_arguments()
        .filter(|word| word.contains("://"))
        .filter_map(|address| address.rsplit('/').next())
        .find(|name| !name.is_empty() && !name.contains(['?', '*']));
    name.map_or(Action::Unknown, |name| written(command, name))
}

fn written(command: &RunCommand, path: &str) -> Action {
    command
        .absolute(path)
        .map_or(Action::Unknown, |path| Action::Write(vec![path]))
}

fn tar(command: &RunCommand) -> Action {
    let mode = command.known_arguments().next().unwrap_or_default();
    let extracts = mode.contains('x') || command.has_flag("--extract");
    if !extracts {
        return Action::Nothing;
    }
    let directory = command
        .flag_value("-C")
        .or_else(|| command.flag_value("--directory"));
    match directory {
        Some(Some(path)) => unpacked(command, &path),
        Some(None) => Action::Unknown,
        None => unpacked(command, "."),
    }
}

fn unzip(command: &RunCommand) -> Action {
    match command.flag_value("-d") {
        Some(Some(path)) => unpacked(command, &path),
        Some(None) => Action::Unknown,
        None => unpacked(command, "."),
    }
}

/// What an archive holds is known only where it has a directory to itself.
fn unpacked(command: &RunCommand, path: &str) -> Action {
    match command.absolute(path) {
        Some(path) if path == "/tmp" || path.starts_with("/tmp/") => Action::Nothing,
        Some(path) if !super::layout::is_system_directory(&path) => Action::Write(vec![path]),
        _ => Action::Unknown,
    }
}

/// What the packages write that Dockerfiles configure anew.
fn reconfigured(command: &RunCommand) -> Action {
    let words = operands(command, &["-f", "--frontend", "-p", "--priority"]).unwrap_or_default();
    let written: &[&str] = match words.as_slice() {
        [name] if name == "locales" => &["/usr/lib/locale", "/etc/default/locale"],
        [name] if name == "tzdata" => &["/etc/localtime", "/etc/timezone"],
        _ => return Action::Unknown,
    };
    Action::Write(written.iter().map(|path| (*path).to_owned()).collect())
}

fn git(command: &RunCommand) -> Action {
    let Some(words) = operands(command, &["-b", "--branch", "--depth", "-C", "-c"]) else {
        return Action::Unknown;
    };
    match words.first().map(String::as_str) {
        Some("clone") => {
            let name = words
                .get(1)
                .and_then(|url| url.trim_end_matches('/').rsplit('/').next());
            let name = name.map(|name| name.trim_end_matches(".git"));
            let target = words.get(2).map(String::as_str).or(name);
            target.map_or(Action::Unknown, |target| written(command, target))
        }
        Some("checkout" | "submodule" | "pull" | "reset" | "apply" | "fetch" | "lfs") => {
            Action::Build
        }
        _ => Action::Nothing,
    }
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

fn find(command: &RunCommand) -> Action {
    let runs = command
        .known_arguments()
        .any(|word| word.starts_with("-exec") || word == "-ok");
    if !runs {
        return Action::Nothing;
    }
    let removes = command
        .known_arguments()
        .any(|word| word == "rm" || word == "chmod");
    if removes {
        Action::Nothing
    } else {
        Action::Unknown
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::dockerfile::shell;

    fn command(text: &str) -> RunCommand {
        let command = shell::parse(text).commands.remove(0);
        let words: Vec<_> = command
            .words
            .iter()
            .map(|word| word.value().or_else(|| word.pattern()))
            .collect();
        RunCommand {
            program: words.first().cloned().flatten(),
            arguments: words.into_iter().skip(1).collect(),
            directory: Some("/w".to_owned()),
            user: String::new(),
            variables: BTreeMap::new(),
            action: Action::Nothing,
            line: 1,
            script: None,
            command,
        }
    }

    fn write(paths: &[&str]) -> Action {
        Action::Write(paths.iter().map(|path| (*path).to_owned()).collect())
    }

    #[test]
    fn packages_are_named_without_versions_and_groups() {
        let text = "apk add --no-cache -t .deps gcc 'libpq>15' tini@edge";
        let names = ["gcc", "libpq", "tini"].map(str::to_owned).to_vec();
        assert_eq!(
            action(&command(text)),
            Action::Packages {
                manager: Manager::Apk,
                names
            }
        );
        let text = "apt-get -y -o Dpkg::Options::=x install curl=7.* git";
        let names = ["curl", "git"].map(str::to_owned).to_vec();
        assert_eq!(
            action(&command(text)),
            Action::Packages {
                manager: Manager::Apt,
                names
            }
        );
        assert_eq!(action(&command("apt-get update")), Action::Nothing);
        assert_eq!(
            action(&command("apt-get install -y $PACKAGES")),
            Action::Unknown
        );
    }

    #[test]
    fn downloads_are_written_where_the_options_say() {
        for (text, path) in [
            (
                "curl -fsSLo /usr/local/bin/x https://e.org/y",
                "/usr/local/bin/x",
            ),
            ("curl -L --output=z https://e.org/y", "/w/z"),
            ("curl -LO https://e.org/y.bin", "/w/y.bin"),
            ("wget -qO /opt/x https://e.org/y", "/opt/x"),
            ("wget https://e.org/a/model.bin", "/w/model.bin"),
            (
                "git clone --depth 1 -b v1 https://e.org/a/tool.git",
                "/w/tool",
            ),
            ("git clone https://e.org/a/tool.git /opt/t", "/opt/t"),
        ] {
            assert_eq!(action(&command(text)), write(&[path]), "{text}");
        }
        assert_eq!(action(&command("curl -s https://e.org")), Action::Nothing);
        assert_eq!(
            action(&command("wget -O - https://e.org/x")),
            Action::Nothing
        );
    }

    #[test]
    fn archives_are_followed_into_directories_of_their_own_only() {
        assert_eq!(
            action(&command("tar -xzf x.tgz -C /opt/x")),
            write(&["/opt/x"])
        );
        assert_eq!(
            action(&command("tar -xzf x.tgz -C /usr/local")),
            Action::Unknown
        );
        assert_eq!(action(&command("tar czf x.tgz .")), Action::Nothing);
        assert_eq!(action(&command("unzip x.zip -d data")), write(&["/w/data"]));
    }

    #[test]
    fn copies_into_shared_directories_are_followed_by_file() {
        assert_eq!(
            action(&command("cp a/b.sh /usr/local/bin/")),
            write(&["/usr/local/bin/b.sh"])
        );
        assert_eq!(action(&command("mv app /srv/app")), write(&["/srv/app"]));
        assert_eq!(
            action(&command("ln -sf /x/y /usr/bin/y")),
            write(&["/usr/bin/y"])
        );
        assert_eq!(action(&command("cp *.so /usr/local/lib/")), Action::Unknown);
        let made = Action::MakeDirectory(vec!["/data".to_owned()]);
        assert_eq!(action(&command("install -d -m 0755 /data")), made);
        assert_eq!(action(&command("mkdir -p -m 755 /data")), made);
    }

    #[test]
    fn owners_and_modes_name_their_paths() {
        let own = Action::Own {
            owner: "app:app".to_owned(),
            paths: vec!["/w".to_owned(), "/data".to_owned()],
            recursive: true,
        };
        assert_eq!(action(&command("chown -R app:app . /data")), own);
        let mode = |path: &str| Action::Mode(vec![path.to_owned()]);
        assert_eq!(action(&command("chmod +x run.sh")), mode("/w/run.sh"));
        assert_eq!(action(&command("chmod -x run.sh")), mode("/w/run.sh"));
        assert_eq!(action(&command("chmod -R 755 /data")), mode("/data"));
        assert_eq!(action(&command("chmod +x bin/*.sh")), mode("/w/bin"));
    }

    #[test]
    fn accounts_have_names_ids_and_homes() {
        let account = |text: &str| match action(&command(text)) {
            Action::Account(account) => account,
            other => panic!("{text}: {other:?}"),
        };
        let made = account("useradd -r -u 1001 -g app --create-home app");
        assert_eq!((made.name.as_str(), made.id), ("app", Some(1001)));
        assert_eq!(made.home.as_deref(), Some("/home/app"));
        assert!(account("addgroup -S -g 101 app").is_group);
        assert_eq!(account("adduser -D -H -u 5 x").home, None);
    }

    #[test]
    fn redirections_write() {
        assert_eq!(
            redirected(&command("echo a > /etc/x.conf")),
            Some(vec!["/etc/x.conf".into()])
        );
        assert_eq!(
            redirected(&command("echo a > /dev/null 2>&1")),
            Some(Vec::new())
        );
        assert_eq!(redirected(&command("echo a > $F")), None);
    }
}

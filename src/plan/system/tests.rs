//! What the commands of the system do, one by one.

use super::*;
use crate::dockerfile::shell;
use crate::plan::action::Manager;

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
        ..RunCommand::bare(command)
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
    let made = account("useradd -ms /bin/bash town");
    assert_eq!(
        (made.name.as_str(), made.home.as_deref()),
        ("town", Some("/home/town"))
    );
    assert!(account("addgroup -S -g 101 app").is_group);
    assert_eq!(account("adduser -D -H -u 5 x").home, None);
}

#[test]
fn what_env_runs_unseen_is_not_understood() {
    assert_eq!(action(&command("env -C /x npm ci")), Action::Unknown);
    assert_eq!(action(&command("env A=1")), Action::Nothing);
    assert_eq!(action(&command("env")), Action::Nothing);
}

#[test]
fn files_are_written_anew_or_moved() {
    let text = "dos2unix -q start.sh /etc/x.conf";
    assert_eq!(
        action(&command(text)),
        write(&["/w/start.sh", "/etc/x.conf"])
    );
    let text = "mv node_modules ../";
    assert_eq!(action(&command(text)), write(&["/node_modules"]));
    for text in ["cp *.conf /", "cp -r dist/. /", "cp -a etc/. /etc/"] {
        assert_eq!(action(&command(text)), Action::Unknown, "{text}");
    }
}

#[test]
fn redirections_write() {
    let redirected = |command: &RunCommand| {
        let home = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        redirected(command, &|word| word.path(&home))
    };
    for target in ["~/.npmrc", "$HOME/.npmrc", "~//.npmrc"] {
        let found = redirected(&command(&format!("echo a >> {target}")));
        assert_eq!(found, Some(vec!["/root/.npmrc".into()]), "{target}");
    }
    assert_eq!(redirected(&command("echo a > *.conf")), None);
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

#[test]
fn questions_and_new_files_leave_nothing() {
    for text in [
        "dpkg --print-architecture",
        "dpkg -s curl",
        "mktemp -d",
        "scanelf --needed /usr/local",
        "locale -a",
    ] {
        assert_eq!(action(&command(text)), Action::Nothing, "{text}");
    }
    assert_eq!(action(&command("dpkg -i x.deb")), Action::Unknown);
}

#[test]
fn edits_in_place_name_their_files_and_may_hide_their_text() {
    for (text, path) in [
        ("sed -i \"s|a|$B|\" req/base.txt", "/w/req/base.txt"),
        ("sed -i -e \"s/a/$B/\" x.conf", "/w/x.conf"),
        ("sed -i s/a/b/ /etc/x.conf", "/etc/x.conf"),
    ] {
        assert_eq!(action(&command(text)), write(&[path]), "{text}");
    }
    assert_eq!(action(&command("sed -i s/a/b/ $FILE")), Action::Unknown);
}

#[test]
fn what_find_runs_is_followed_below_where_it_starts() {
    for (text, expected) in [
        ("find / -name '*.pyc' -delete", Action::Nothing),
        ("find / -type d -exec chmod 755 {} +", Action::Nothing),
        ("find /usr -name '*.so' -exec strip {} ;", Action::Nothing),
        (
            "find static lib -type f -exec gzip -9 -k {} + -exec brotli {} +",
            write(&["/w/static", "/w/lib"]),
        ),
        ("find /usr -exec gzip {} +", Action::Unknown),
        ("find . -exec sh -c 'x {}' +", Action::Unknown),
    ] {
        assert_eq!(action(&command(text)), expected, "{text}");
    }
}

#[test]
fn directories_of_manual_pages_are_made_in_loops() {
    let all = (1..=8).map(|number| format!("/usr/share/man/man{number}"));
    let made = Action::MakeDirectory(all.collect());
    for text in [
        "mkdir -p \"/usr/share/man/man$i\"",
        "mkdir -p /usr/share/man/man{1..8}",
        "xargs -I{} mkdir -p /usr/share/man/man{}",
    ] {
        assert_eq!(action(&command(text)), made, "{text}");
    }
    for text in [
        "xargs mkdir -p",
        "xargs -I{} mkdir /srv/{}",
        "mkdir /data/$X",
    ] {
        assert_eq!(action(&command(text)), Action::Unknown, "{text}");
    }
}

#[test]
fn a_tree_may_become_the_directory_that_it_is_copied_to() {
    assert_eq!(action(&command("cp -R dist /out/")), write(&["/out"]));
    assert_eq!(action(&command("mv dist /out/")), write(&["/out"]));
    assert_eq!(
        action(&command("cp -a x /usr/bin/")),
        write(&["/usr/bin/x"])
    );
    assert_eq!(
        action(&command("cp -r a b /out/")),
        write(&["/out/a", "/out/b"])
    );
    assert_eq!(action(&command("cp a /out/")), write(&["/out/a"]));
}

#[test]
fn a_program_of_somebody_else_is_not_known_by_its_name() {
    assert_eq!(
        action(&command("./install -b /usr/local/bin/x")),
        Action::Unknown
    );
    assert_eq!(action(&command("/opt/x/tar -xf a")), Action::Unknown);
    assert_eq!(action(&command("/bin/cp a /b")), write(&["/b"]));
}

#[test]
fn settings_of_git_are_files_at_home() {
    let global = action(&command("git config --global user.name x"));
    assert_eq!(global, write(&["/root/.gitconfig"]));
    let system = action(&command("git config --system user.name x"));
    assert_eq!(system, write(&["/etc/gitconfig"]));
    assert_eq!(action(&command("git config user.name x")), Action::Nothing);
}

//! poetry's command line.

use super::options::Line;
use super::{Does, Groups, Install, Manager, Run};

const WITH_VALUE: [&str; 14] = [
    "-C",
    "--directory",
    "-P",
    "--project",
    "--only",
    "--with",
    "--without",
    "-E",
    "--extras",
    "-f",
    "--format",
    "-o",
    "--output",
    "--group",
];

/// What `poetry arguments…` does.
pub(super) fn does(arguments: &[Option<String>]) -> Does<'_> {
    let line = Line::read(arguments, &WITH_VALUE, |verb| verb == "run");
    match line.verb {
        Some("install" | "sync") => Does::Install(install(&line)),
        Some("export") => Does::Export(line.value(&["-o", "--output"]), install(&line)),
        Some("run") => Does::Run(Run {
            skip: line.operands_start,
            words: arguments.get(line.operands_start..).unwrap_or_default(),
            is_module: false,
        }),
        Some("config") => setting(&line),
        Some("add" | "update" | "remove") => {
            Does::Unsupported("poetry changes what the project depends on".into())
        }
        Some("build" | "publish" | "shell" | "new" | "init") => {
            Does::Unsupported(format!("`poetry {}`", line.verb.unwrap_or_default()))
        }
        _ => Does::Nothing,
    }
}

fn install(line: &Line<'_>) -> Install {
    let mut install = Install::of(Manager::Poetry);
    install.directory = line
        .value(&["-C", "--directory", "-P", "--project"])
        .map(str::to_owned);
    install.with_root = !line.has(&["--no-root"]) && !line.has(&["--only"]);
    install.groups = Groups {
        only: line.values(&["--only"]),
        without: line.values(&["--without"]),
        with: line.values(&["--with", "-E", "--extras"]),
        no_dev: line.has(&["--no-dev"]),
        all: line.has(&["--all-extras", "--all-groups"]),
    };
    if line.has(&["--only-root"]) {
        install.with_root = true;
        install.groups.only = vec![String::new()];
    }
    install
}

/// `config key value`: those settings that decide where packages go.
fn setting<'w>(line: &Line<'w>) -> Does<'w> {
    let mut operands = line.operands.iter();
    let (key, value) = (
        operands.next().copied().flatten(),
        operands.next().copied().flatten(),
    );
    match (key, value) {
        (Some(key), Some(value)) => match value.to_ascii_lowercase().as_str() {
            "true" | "1" => Does::Setting(key, true),
            "false" | "0" => Does::Setting(key, false),
            _ if key == "virtualenvs.path" => {
                Does::Unsupported("environments lie in a place of their own".into())
            }
            _ => Does::Nothing,
        },
        (None, _) if !line.operands.is_empty() => {
            Does::Unsupported("which setting is changed is not known".into())
        }
        _ => Does::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, look: impl FnOnce(Does<'_>)) {
        let words: Vec<Option<String>> = text.split(' ').map(|w| Some(w.to_owned())).collect();
        look(does(&words));
    }

    #[test]
    fn groups_and_the_root_are_told() {
        with("install --no-root --without dev,docs", |does| {
            let Does::Install(install) = does else {
                panic!("{does:?}")
            };
            assert!(!install.with_root && !install.groups.take("docs", false));
            assert!(install.groups.take("prod", false) && install.groups.main());
        });
        with("install --only main", |does| {
            let Does::Install(install) = does else {
                panic!("{does:?}")
            };
            assert!(!install.with_root && !install.groups.take("dev", false));
        });
        with("config virtualenvs.create false --local", |does| {
            assert_eq!(does, Does::Setting("virtualenvs.create", false));
        });
        with("export -f requirements.txt -o r.txt", |does| {
            assert!(matches!(does, Does::Export(Some("r.txt"), _)));
        });
        with("run python x.py -v", |does| {
            let Does::Run(run) = does else {
                panic!("{does:?}")
            };
            assert_eq!(run.inner().len(), 3);
        });
    }
}

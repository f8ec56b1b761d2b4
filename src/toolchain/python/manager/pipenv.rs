//! Pipenv's command line.

use super::options::Line;
use super::{Does, Groups, Install, Manager, Place, Run};

const WITH_VALUE: [&str; 10] = [
    "--python",
    "--pypi-mirror",
    "-r",
    "--requirements",
    "-i",
    "--index",
    "-e",
    "--editable",
    "--extra-pip-args",
    "--categories",
];

/// What `pipenv arguments…` does.
pub(super) fn does(arguments: &[Option<String>]) -> Does<'_> {
    let line = Line::read(arguments, &WITH_VALUE, |verb| verb == "run");
    if line.verb == Some("lock") && line.has(&["-r", "--requirements"]) {
        return Does::Export(None, install(&line));
    }
    if line.has(&[
        "--site-packages",
        "-r",
        "--requirements",
        "-e",
        "--editable",
    ]) {
        return Does::Unsupported("pipenv installs from more than its own files".into());
    }
    match line.verb {
        Some("install" | "sync") => {
            let named = line.operands.iter().map(|word| word.map(str::to_owned));
            let Some(packages) = named.collect::<Option<Vec<String>>>() else {
                return Does::Unsupported("which packages pipenv installs is not known".into());
            };
            Does::Install(Install {
                packages,
                ..install(&line)
            })
        }
        Some("requirements") => Does::Export(None, install(&line)),
        Some("run") => Does::Run(Run {
            skip: line.operands_start,
            words: arguments.get(line.operands_start..).unwrap_or_default(),
            is_module: false,
        }),
        Some("uninstall" | "update" | "upgrade" | "shell") => {
            Does::Unsupported(format!("`pipenv {}`", line.verb.unwrap_or_default()))
        }
        _ => Does::Nothing,
    }
}

fn install(line: &Line<'_>) -> Install {
    let mut install = Install::of(Manager::Pipenv);
    // A Pipfile names the project itself where it is to be installed.
    install.with_root = false;
    if line.has(&["--system"]) {
        install.place = Place::System;
    }
    let mut only = line.values(&["--categories"]);
    for name in &mut only {
        match name.as_str() {
            "packages" => "main".clone_into(name),
            "dev-packages" => "dev".clone_into(name),
            _ => {}
        }
    }
    install.groups = Groups {
        only,
        no_dev: !line.has(&["--dev", "-d"]),
        ..Groups::default()
    };
    install
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_comes_only_when_asked_for() {
        let words = |text: &str| -> Vec<Option<String>> {
            text.split(' ').map(|w| Some(w.to_owned())).collect()
        };
        let plain = words("install --system --deploy --ignore-pipfile");
        let Does::Install(install) = does(&plain) else {
            panic!("no install")
        };
        assert!(
            install.place == Place::System
                && !install.groups.take("dev", false)
                && install.groups.main()
        );
        let dev = words("sync --dev");
        assert!(
            matches!(does(&dev), Does::Install(install) if install.groups.take("dev", false) && install.place == Place::Default)
        );
        assert_eq!(does(&words("--version")), Does::Nothing);
    }
}

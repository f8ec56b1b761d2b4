//! uv's command line.

use super::options::Line;
use super::{Does, Groups, Install, Manager, Place, Run};

const WITH_VALUE: [&str; 38] = [
    "--directory",
    "--project",
    "--extra",
    "--no-extra",
    "--group",
    "--no-group",
    "--only-group",
    "--package",
    "--python",
    "-p",
    "--index",
    "--default-index",
    "--index-url",
    "-i",
    "--extra-index-url",
    "--find-links",
    "-f",
    "--upgrade-package",
    "-P",
    "--index-strategy",
    "--keyring-provider",
    "--resolution",
    "--prerelease",
    "--config-setting",
    "-C",
    "--link-mode",
    "--cache-dir",
    "--config-file",
    "--with",
    "--with-requirements",
    "--env-file",
    "--no-install-package",
    "--prompt",
    "--color",
    "--allow-insecure-host",
    "--exclude-newer",
    "-o",
    "--output-file",
];

/// What `uv arguments…` does.
pub(super) fn does(arguments: &[Option<String>]) -> Does<'_> {
    let line = Line::read(arguments, &WITH_VALUE, |verb| {
        verb == "run" || verb == "pip"
    });
    let operand = || line.operands.first().copied().flatten();
    if line.has(&["--managed-python"]) {
        return Does::Unsupported("uv uses an interpreter of its own".into());
    }
    match line.verb {
        Some("sync") => of_project(&line, Does::Install),
        Some("export") => of_project(&line, |install| {
            Does::Export(line.value(&["-o", "--output-file"]), install)
        }),
        Some("pip") => match operand() {
            Some("install" | "sync") => Does::Pip(line.operands_start),
            Some("compile" | "uninstall") => {
                Does::Unsupported(format!("`uv pip {}`", operand().unwrap_or_default()))
            }
            _ => Does::Nothing,
        },
        Some("venv") => {
            if line.has(&["--system-site-packages", "--python", "-p", "--relocatable"]) {
                return Does::Unsupported("the options of `uv venv`".into());
            }
            Does::Venv(operand().unwrap_or(".venv"))
        }
        Some("run") => run(arguments, &line),
        Some("add" | "remove" | "tool" | "python" | "build") => {
            Does::Unsupported(format!("`uv {}`", line.verb.unwrap_or_default()))
        }
        _ => Does::Nothing,
    }
}

fn of_project<'w>(line: &Line<'_>, does: impl FnOnce(Install) -> Does<'w>) -> Does<'w> {
    let elsewhere = ["--package", "--all-packages", "--python", "-p", "--script"];
    if let Some((flag, _)) = line
        .options
        .iter()
        .find(|(flag, _)| elsewhere.contains(flag))
    {
        return Does::Unsupported(format!("`{flag}` of uv"));
    }
    does(install(line))
}

fn install(line: &Line<'_>) -> Install {
    let mut install = Install::of(Manager::Uv);
    install.directory = line.value(&["--directory", "--project"]).map(str::to_owned);
    install.with_root = !line.has(&["--no-install-project", "--no-install-workspace"]);
    install.editable = !line.has(&["--no-editable"]);
    if line.has(&["--active"]) {
        install.place = Place::Active;
    }
    install.groups = Groups {
        only: line.values(&["--only-group"]),
        without: line.values(&["--no-group"]),
        with: line.values(&["--extra", "--group"]),
        no_dev: line.has(&["--no-dev", "--no-default-groups"]),
        all: line.has(&["--all-extras", "--all-groups"]),
    };
    install
}

fn run<'w>(arguments: &'w [Option<String>], line: &Line<'w>) -> Does<'w> {
    let more = [
        "--with",
        "--with-requirements",
        "--with-editable",
        "--package",
        "--python",
        "-p",
        "--script",
        "-s",
        "--isolated",
        "--env-file",
        "--directory",
        "--project",
        "--no-project",
    ];
    if let Some((flag, _)) = line.options.iter().find(|(flag, _)| more.contains(flag)) {
        return Does::Unsupported(format!("`{flag}` of `uv run`"));
    }
    Does::Run(Run {
        skip: line.operands_start,
        words: arguments.get(line.operands_start..).unwrap_or_default(),
        is_module: line.has(&["-m", "--module"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Option<String>> {
        text.split(' ').map(|word| Some(word.to_owned())).collect()
    }

    #[test]
    fn projects_and_programs() {
        let sync = words("sync --frozen --no-dev --no-install-project");
        assert!(
            matches!(does(&sync), Does::Install(install) if !install.with_root && install.groups.no_dev)
        );
        let run = words("run --no-dev -m app --x");
        let Does::Run(found) = does(&run) else {
            panic!("{:?}", does(&run))
        };
        assert_eq!(found.inner(), words("python -m app --x"));
        let script = words("run main.py");
        assert!(matches!(does(&script), Does::Run(run) if run.inner() == words("python main.py")));
        let pip = words("--no-cache pip install --system -r r.txt");
        assert_eq!(does(&pip), Does::Pip(2));
        assert_eq!(does(&words("venv")), Does::Venv(".venv"));
    }
}

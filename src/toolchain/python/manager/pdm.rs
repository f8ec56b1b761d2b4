//! PDM's command line.

use super::options::Line;
use super::{Does, Groups, Install, Manager, Run};

const WITH_VALUE: [&str; 18] = [
    "-p",
    "--project",
    "-G",
    "--group",
    "--with",
    "--without",
    "-L",
    "--lockfile",
    "-o",
    "--output",
    "-f",
    "--format",
    "-C",
    "--config-setting",
    "--venv",
    "-k",
    "--skip",
    "--override",
];

/// What `pdm arguments…` does.
pub(super) fn does(arguments: &[Option<String>]) -> Does<'_> {
    let line = Line::read(arguments, &WITH_VALUE, |verb| verb == "run");
    if line.has(&["-g", "--global", "-L", "--lockfile", "--venv"]) {
        return Does::Unsupported("PDM works on another project than that of the folder".into());
    }
    match line.verb {
        Some("install" | "sync") => Does::Install(install(&line)),
        Some("export") => Does::Export(line.value(&["-o", "--output"]), install(&line)),
        Some("run") => Does::Run(Run {
            skip: line.operands_start,
            words: arguments.get(line.operands_start..).unwrap_or_default(),
            is_module: false,
        }),
        Some("config") => {
            let words: Vec<&str> = line.operands.iter().flatten().copied().collect();
            match words.as_slice() {
                [key, ..] if key.starts_with("python.use_venv") || key.starts_with("venv.") => {
                    Does::Unsupported(format!("the setting `{key}`"))
                }
                _ => Does::Nothing,
            }
        }
        Some("add" | "update" | "remove" | "use" | "venv" | "build" | "python") => {
            Does::Unsupported(format!("`pdm {}`", line.verb.unwrap_or_default()))
        }
        _ => Does::Nothing,
    }
}

fn install(line: &Line<'_>) -> Install {
    let mut install = Install::of(Manager::Pdm);
    install.directory = line.value(&["-p", "--project"]).map(str::to_owned);
    install.with_root = !line.has(&["--no-self"]);
    install.editable = !line.has(&["--no-editable"]);
    let named = line.values(&["-G", "--group", "--with"]);
    install.groups = Groups {
        without: line.values(&["--without"]),
        all: named.iter().any(|name| name == ":all"),
        with: named,
        no_dev: line.has(&["--prod", "--production", "--no-dev"]),
        ..Groups::default()
    };
    install
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_leaves_out_development() {
        let words: Vec<Option<String>> = "install --prod --no-editable -G web"
            .split(' ')
            .map(|word| Some(word.to_owned()))
            .collect();
        let Does::Install(install) = does(&words) else {
            panic!("no install")
        };
        assert!(install.with_root && !install.editable);
        assert!(install.groups.take("web", true) && !install.groups.take("dev", false));
    }
}

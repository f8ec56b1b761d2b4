//! Python of a plain distribution: the interpreter and what belongs to it are packages, and pip puts
//! its own below `/usr/local`. In: a build. Out: the version, what the final stage has to install,
//! and whether Python is what the image runs.

use super::commands::has_python_extension;
use super::installs::Installs;
use super::interpreter::{is_interpreter, is_pip, major};
use crate::knowledge::base_image::{Family, Flavour};
use crate::knowledge::distro::{Codename, Distro};
use crate::knowledge::packages::{PackageRole, role};
use crate::knowledge::tag_shape::Version;
use crate::outcome::{Code, Decline};
use crate::plan::action::{Action, Manager};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::Entry;

/// Where Debian's and Ubuntu's pip puts what root installs: packages, programs and data. The images
/// of the distributions have nothing there. Source: Debian's Python policy, "Locally installed".
pub(super) const PREFIX: &str = "/usr/local";

/// Whether a package brings an interpreter: it is one, a module for one, or made for one.
/// Source: Debian's Python policy, "Module Package Names"; Alpine's names of modules.
pub(super) fn brings_python(package: &str) -> bool {
    ["python3", "py3-"]
        .iter()
        .any(|prefix| package.starts_with(prefix))
        || matches!(package, "python-is-python3" | "python-dev-is-python3")
}

/// Whether the interpreter is a package of the distribution.
pub(super) fn is_plain(build: &Build<'_>) -> bool {
    build.base.image.family != Family::Python
}

/// The version of Python, as far as the base image tells it.
/// Source: the package `python3` in Debian's and Ubuntu's indexes.
pub(super) fn version(build: &Build<'_>) -> Option<Version> {
    let image = &build.base.image;
    if !is_plain(build) {
        return image.version;
    }
    let minor = match image.distro.as_ref()? {
        Distro::Debian(codename) => match codename {
            Codename::Stretch => 5,
            Codename::Buster => 7,
            Codename::Bullseye => 9,
            Codename::Bookworm => 11,
            Codename::Trixie => 13,
            _ => return None,
        },
        Distro::Ubuntu(number) => match number.as_str() {
            "18.04" => 6,
            "20.04" => 8,
            "22.04" => 10,
            "24.04" => 12,
            "25.04" | "25.10" => 13,
            _ => return None,
        },
        Distro::Alpine(_) => return None,
    };
    Some(Version {
        major: 3,
        minor: Some(minor),
        patch: None,
    })
}

/// The name of an interpreter or a pip, if it is of another major version than the image's Python.
pub(super) fn other_major<'p>(build: &Build<'_>, program: Option<&'p str>) -> Option<&'p str> {
    let program = program?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let named = (is_interpreter(name) || is_pip(name)).then(|| major(name))??;
    (named != if is_python_2(build) { 2 } else { 3 }).then_some(name)
}

/// Whether the image's Python is of version 2, which has no `venv`.
pub(super) fn is_python_2(build: &Build<'_>) -> bool {
    version(build).is_some_and(|version| version.major == 2)
}

/// Declines where the image runs something else, or where pip's packages lie among those of the
/// distribution.
pub(super) fn check(build: &Build<'_>, installs: &Installs, entry: &Entry) -> Result<(), Decline> {
    if !is_plain(build) {
        return Ok(());
    }
    let is_python = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        is_interpreter(name) || has_python_extension(name)
    };
    let words = entry.commands.iter().flat_map(|command| &command.words);
    let starts = words.flatten().any(|word| is_python(word));
    let is_fat = build.base.image.family == Family::BuildpackDeps;
    if is_fat || (!starts && !installs.has_packages()) {
        let message = format!(
            "the base image `{}` carries none of the toolchains that are known",
            build.base.written
        );
        return Err(Decline::new(Code::UnknownBase, message)
            .at(build.base.line)
            .hint(
                "a Dockerfile on an official golang, node, rust or python image can be rewritten",
            ));
    }
    let mut runs = installs.runs.iter();
    let beside = runs.find(|run| run.environment.is_none() && !run.is_tools_only());
    match beside {
        Some(run) if build.base.image.flavour == Flavour::Alpine => {
            let message = "pip puts packages among those that Alpine's own packages bring";
            Err(Decline::new(Code::UnsupportedProject, message)
                .at(run.line)
                .hint("install them into a virtual environment"))
        }
        _ => Ok(()),
    }
}

/// The interpreter, and what comes with Debian's pip that packages may take for granted.
pub(super) fn packages(build: &Build<'_>) -> Vec<Need<String>> {
    if !is_plain(build) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let because = Because::line("the interpreter of the distribution", build.base.line);
    found.push(Need::new("python3".to_owned(), because));
    for (_, command) in build.commands() {
        let Action::Packages {
            manager: Manager::Apt,
            names,
        } = &command.action
        else {
            continue;
        };
        let is_name =
            |name: &&String| matches!(name.as_str(), "python-is-python3" | "python-dev-is-python3");
        if let Some(name) = names.iter().find(is_name) {
            let because = Because::line(format!("`{name}` brings `python`"), command.line);
            found.push(Need::new("python-is-python3".to_owned(), because));
        }
        let brings = |name: &&String| matches!(name.as_str(), "python3-pip" | "python3-setuptools");
        if let Some(name) = names.iter().find(brings) {
            let rule = format!("`{name}` brings it, and pip takes it for installed");
            let because = Because::line(rule, command.line);
            found.push(Need::new("python3-setuptools".to_owned(), because));
        }
    }
    found
}

/// Whether the build installs the distribution's interpreter as more than a tool of the build.
pub(super) fn is_installed(build: &Build<'_>) -> bool {
    is_plain(build)
        || build.commands().any(|(_, command)| match &command.action {
            Action::Packages { manager, names } => names
                .iter()
                .any(|name| brings_python(name) && role(*manager, name) != PackageRole::Build),
            _ => false,
        })
}

/// Debian's `adduser`, where the account is made with it: the slim images need not have it.
pub(super) fn account_tools(build: &Build<'_>) -> Option<Need<String>> {
    let makes = |command: &RunCommand| {
        matches!(command.action, Action::Account(_))
            && matches!(command.program.as_deref(), Some("adduser" | "addgroup"))
    };
    let (_, command) = build.commands().find(|(_, command)| makes(command))?;
    let is_debian = build.base.image.flavour != Flavour::Alpine;
    let because = Because::line("an account is made with it", command.line);
    is_debian.then(|| Need::new("adduser".to_owned(), because))
}

/// Whether an installer is left in an image without compilers: it brings those that it recommends.
pub(super) fn leaves_installer(build: &Build<'_>) -> bool {
    let is_installer = |name: &String| matches!(name.as_str(), "python3-pip" | "py3-pip");
    is_plain(build)
        && build.commands().any(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(is_installer))
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    const FILES: &[(&str, &str)] = &[("app.py", ""), ("requirements.txt", "flask\n")];

    fn analyse(text: &str) -> Result<(Vec<String>, Vec<String>), Code> {
        let found = Project::new(text, FILES)
            .analyse()
            .map_err(|decline| decline.code)?;
        let paths = found.payload.into_iter().map(|payload| payload.path);
        let packages = found.needs.packages.into_iter().map(|need| need.value);
        Ok((paths.collect(), packages.collect()))
    }

    #[test]
    fn what_pip_installed_travels_beside_the_interpreter() {
        let text = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y python3 python3-pip gcc\nWORKDIR /app\nCOPY . .\nRUN pip3 install --break-system-packages -r requirements.txt\nCMD [\"python3\", \"app.py\"]\n";
        let (paths, packages) = analyse(text).unwrap();
        assert_eq!(paths, ["/usr/local", "/app"]);
        assert_eq!(packages, ["python3", "python3-setuptools"]);
    }

    #[test]
    fn other_programs_are_none_of_its_business() {
        let text = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y python3 nginx\nCMD [\"nginx\"]\n";
        assert_eq!(analyse(text), Err(Code::UnknownBase));
        let alpine = "FROM alpine:3.20\nRUN apk add python3 py3-pip\nWORKDIR /app\nCOPY . .\nRUN pip install --break-system-packages flask\nCMD [\"python3\", \"app.py\"]\n";
        assert_eq!(analyse(alpine), Err(Code::UnsupportedProject));
    }
}

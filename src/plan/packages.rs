//! Which of the packages that the original installs the final stage needs.

use super::action::{Action, Manager};
use super::analysis::{Analysis, Need};
use super::because::Because;
use super::build::Build;
use crate::knowledge::packages::{PackageRole, role};

/// The packages that the original installs, told apart.
#[derive(Debug, Clone, Default)]
pub struct Installed {
    /// Those that the program may need, in the order in which they are installed.
    pub runtime: Vec<Need<String>>,
    /// Those that only the build needs, with their line.
    pub build: Vec<(String, usize)>,
}

/// Packages that are satisfied by what a rung provides rather than by their names.
pub fn is_certificates(name: &str) -> bool {
    matches!(name, "ca-certificates" | "ca-certificates-bundle")
}

/// Tells the packages of the build apart.
pub fn installed(build: &Build<'_>, analysis: &Analysis) -> Installed {
    let mut installed = Installed::default();
    for (_, command) in build.commands() {
        let Action::Packages { manager, names } = &command.action else {
            continue;
        };
        for name in names {
            if name.is_empty() || is_certificates(name) || name == "tzdata" {
                continue;
            }
            match stays(*manager, name, analysis) {
                Some(why) => {
                    let known = installed.runtime.iter().any(|need| need.value == *name);
                    if !known {
                        let because = Because::line(format!("{why}: `{name}`"), command.line);
                        installed.runtime.push(Need::new(name.clone(), because));
                    }
                }
                None => installed.build.push((name.clone(), command.line)),
            }
        }
    }
    installed
}

fn stays(manager: Manager, name: &str, analysis: &Analysis) -> Option<&'static str> {
    match role(manager, name) {
        PackageRole::Build | PackageRole::Installer | PackageRole::Debug => None,
        PackageRole::Tool | PackageRole::Interpreter => {
            let called = analysis
                .needs
                .programs
                .iter()
                .any(|need| need.value == name);
            (analysis.keeps_tools || called).then_some("a tool that the program may call")
        }
        PackageRole::Runtime => Some("a package that the program may need"),
        PackageRole::Unknown => Some("a package whose purpose is not known"),
    }
}

/// Whether the original installs packages that may be needed together with what they recommend.
pub fn recommends(build: &Build<'_>) -> bool {
    build.commands().any(|(_, command)| {
        let Action::Packages {
            manager: Manager::Apt,
            names,
        } = &command.action
        else {
            return false;
        };
        let needed = names.iter().any(|name| {
            matches!(
                role(Manager::Apt, name),
                PackageRole::Runtime | PackageRole::Unknown
            )
        });
        let configured = command
            .known_arguments()
            .any(|word| word.contains("Install-Recommends"));
        needed && !configured && !command.has_flag("--no-install-recommends")
    })
}

/// The line of a command that adds a package repository: what comes from there is not known to
/// the final stage.
pub fn adds_repository(build: &Build<'_>) -> Option<usize> {
    build.commands().find_map(|(_, command)| {
        let program = matches!(command.program.as_deref(), Some("add-apt-repository"));
        let writes = match &command.action {
            Action::Write(paths) => paths.iter().any(|path| is_repository_list(path)),
            _ => false,
        };
        (program || writes).then_some(command.line)
    })
}

fn is_repository_list(path: &str) -> bool {
    path.starts_with("/etc/apt/sources.list") || path == "/etc/apk/repositories"
}

/// Whether the build asks for certificates or time zones by package.
pub fn asks_for(build: &Build<'_>, package: fn(&str) -> bool) -> Option<usize> {
    build
        .commands()
        .find_map(|(_, command)| match &command.action {
            Action::Packages { names, .. } if names.iter().any(|name| package(name)) => {
                Some(command.line)
            }
            _ => None,
        })
}

//! Which of the packages that the original installs the final stage needs.

use super::action::{Action, Manager};
use super::analysis::{Analysis, Need};
use super::because::Because;
use super::build::Build;
use super::layout::is_within;
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
            let is_tool = analysis.build_tools.contains(name);
            // Libraries that came with a package stay where it is removed alone.
            let stands_alone = matches!(
                role(*manager, name),
                PackageRole::Tool | PackageRole::Interpreter
            );
            if is_tool || (stands_alone && removed_in(build, name, command.line).is_some()) {
                installed.build.push((name.clone(), command.line));
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

/// Whether packages are kept from asking for settings while they are installed: with nobody there to
/// answer, a build waits for ever. Source: debconf(7), "Frontends".
pub fn is_noninteractive(build: &Build<'_>) -> bool {
    build.commands().any(|(index, command)| {
        let known = build
            .steps
            .get(index)
            .and_then(|step| step.state.lookup("DEBIAN_FRONTEND"));
        let frontend = command.variables.get("DEBIAN_FRONTEND").cloned().or(known);
        let installs = matches!(
            command.action,
            Action::Packages {
                manager: Manager::Apt,
                ..
            }
        );
        installs && frontend.as_deref() == Some("noninteractive")
    })
}

/// Directories of manual pages, which slim images lack, that the original makes: some packages cannot
/// be installed without them. Source: Debian's bug 863199.
pub fn manuals(build: &Build<'_>) -> Vec<String> {
    let made = build.commands().map(|(_, command)| match &command.action {
        Action::MakeDirectory(paths) => paths.as_slice(),
        _ => &[],
    });
    let mut found: Vec<String> = made
        .flatten()
        .filter(|path| is_within(path, "/usr/share/man"))
        .cloned()
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The step in which a package is removed again behind the command of that line, by its name or by that of
/// a group.
pub fn removed_in(build: &Build<'_>, name: &str, line: usize) -> Option<usize> {
    let groups: Vec<String> = build
        .commands()
        .filter(|(_, command)| {
            matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|known| known == name))
        })
        .filter_map(|(_, command)| {
            let group = command.flag_value("--virtual").or_else(|| command.flag_value("-t"));
            group.flatten()
        })
        .collect();
    let mut commands = build.commands();
    let removal = commands.find(|(_, command)| {
        let is_manager = matches!(
            command.program.as_deref(),
            Some("apt" | "apt-get" | "aptitude" | "apk")
        );
        // A variable without quotes holds several names.
        let words: Vec<&str> = command
            .known_arguments()
            .flat_map(str::split_whitespace)
            .collect();
        let removes = words
            .iter()
            .any(|word| matches!(*word, "del" | "remove" | "purge" | "autoremove"));
        is_manager
            && removes
            && command.line >= line
            && words
                .iter()
                .any(|word| *word == name || groups.iter().any(|group| group == word))
    });
    removal.map(|(step, _)| step)
}

/// A needed package that may come from a repository which a command adds, with the command's line: what
/// comes from there is not known to the final stage.
pub fn from_repository<'n>(
    build: &Build<'_>,
    needed: &[&'n Need<String>],
) -> Option<(usize, &'n Need<String>)> {
    build.commands().find_map(|(_, command)| {
        let program = matches!(command.program.as_deref(), Some("add-apt-repository"));
        let writes = match &command.action {
            Action::Write(paths) => paths.iter().any(|path| is_repository_list(path)),
            _ => false,
        };
        let is_of_node = command.action == Action::Write(vec![NODESOURCE.to_owned()]);
        let may_come = |need: &&&Need<String>| !is_of_node || need.value == "nodejs";
        let need = needed.iter().find(may_come)?;
        (program || writes).then_some((command.line, *need))
    })
}

/// The list of `NodeSource`'s repository, which has one package: `nodejs`.
/// Source: `NodeSource`'s documentation of its distributions.
pub const NODESOURCE: &str = "/etc/apt/sources.list.d/nodesource.list";

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

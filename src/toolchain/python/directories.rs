//! The directories that hold the application. In: a build. Out: those that travel whole.

use super::commands::{Tool, tool};
use super::installs::Installs;
use crate::dockerfile::instruction::InstructionKind;
use crate::plan::action::Action;
use crate::plan::build::Build;
use crate::plan::layout::is_within;

/// Directories in whose place the final stage has its own: their contents are never copied whole.
const SYSTEM: [&str; 20] = [
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/share",
    "/var",
];

/// Whether a directory may be copied whole.
pub(super) fn is_whole(path: &str) -> bool {
    !SYSTEM.contains(&path)
        && ![
            "/usr/lib",
            "/usr/local/lib",
            "/usr/local/bin",
            "/etc",
            "/proc",
            "/sys",
            "/dev",
            "/tmp",
        ]
        .iter()
        .any(|system| is_within(path, system))
}

/// The application's directories, outermost ones only, sorted.
pub(super) fn of(build: &Build<'_>, installs: &Installs) -> Vec<String> {
    let mut found: Vec<String> = vec![build.workdir().to_owned()];
    for step in &build.steps {
        let is_work = matches!(
            step.instruction.kind,
            InstructionKind::Run(_) | InstructionKind::Copy(_) | InstructionKind::Add(_)
        );
        if is_work && let Some(workdir) = &step.state.contract.workdir {
            found.push(workdir.clone());
        }
    }
    for entry in &build.layout.entries {
        let holds_work = build.commands().any(|(_, command)| {
            command.action == Action::Build
                && command
                    .directory
                    .as_deref()
                    .is_some_and(|at| is_within(at, &entry.destination))
        });
        if entry.is_dir && holds_work {
            found.push(entry.destination.clone());
        }
    }
    found.extend(
        installs
            .locals
            .iter()
            .filter(|local| local.editable)
            .map(|local| local.path.clone()),
    );
    found.retain(|path| is_whole(path));
    found.sort();
    found.dedup();
    let all = found.clone();
    found.retain(|path| {
        !all.iter()
            .any(|other| other != path && is_within(path, other))
    });
    found
}

/// The line of a command that makes files outside of `directories`, where they would be lost.
pub(super) fn lost_work(build: &Build<'_>, directories: &[String]) -> Option<(usize, String)> {
    let checks_only =
        |command: &crate::plan::build::RunCommand| matches!(tool(command), Some(Tool::Build));
    let lost = build.commands().find(|(_, command)| {
        command.action == Action::Build
            && !checks_only(command)
            && !command.directory.as_deref().is_some_and(|at| {
                directories.iter().any(|directory| is_within(at, directory))
                    || is_within(at, "/tmp")
            })
    });
    lost.map(|(_, command)| (command.line, command.display()))
}

#[cfg(test)]
mod tests {
    use super::super::installs;
    use super::super::testing::Project;
    use super::*;

    fn directories(text: &str) -> Vec<String> {
        let files = [("app/a.py", ""), ("setup.py", "setup()"), ("manage.py", "")];
        Project::new(text, &files).build(|build| of(build, &installs::read(build).unwrap()))
    }

    #[test]
    fn work_lies_below_the_outermost_working_directory() {
        assert_eq!(
            directories("FROM python:3.12\nWORKDIR /app\nCOPY . .\nWORKDIR app\n"),
            ["/app"]
        );
        assert_eq!(directories("FROM python:3.12\nCOPY . .\n"), [""; 0]);
        assert_eq!(
            directories("FROM python:3.12\nCOPY . /code\nRUN cd /code && python manage.py x\n"),
            ["/code"]
        );
        assert_eq!(
            directories("FROM python:3.12\nCOPY . /code\nRUN pip install -e /code\n"),
            ["/code"]
        );
        assert_eq!(
            directories("FROM python:3.12\nWORKDIR /tmp/x\nCOPY . .\n"),
            [""; 0]
        );
    }
}

//! Packages that are installed in one directory and taken to another (`cd /tmp && npm install`, then
//! `cp -a /tmp/node_modules /app/`). In: the build and the installation. Out: where they end up.

use super::project::{Project, is_open};
use crate::dockerfile::instruction::InstructionKind;
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_system_directory;
use crate::plan::system::operands;
use crate::toolchain::compiled::tree::{file_name, parent};

/// The directory to which the packages are taken that the step `install` puts into `directory`, one of
/// the system's; `None` where they stay, or the manifest there is another one.
pub(super) fn target(build: &Build<'_>, install: usize, directory: &str) -> Option<String> {
    if !is_system_directory(directory) || directory == "/" {
        return None;
    }
    let modules = format!("{directory}/node_modules");
    let mut commands = build.commands().filter(|(step, _)| *step >= install);
    let target = commands.find_map(|(step, command)| taken(build, step, command, &modules))?;
    let manifest = |place: &str| build.context_path(&format!("{place}/package.json"));
    let same = manifest(directory).is_some() && manifest(directory) == manifest(&target);
    (same && is_open(&target)).then_some(target)
}

/// Whether a command takes the application's packages out of its directory.
pub(super) fn away(build: &Build<'_>, project: &Project) -> bool {
    let modules = project.path("node_modules");
    build.commands().any(|(_, command)| {
        let program = command.program.as_deref().map(file_name);
        let words = operands(command, &[]).filter(|_| program == Some("mv"));
        let words = words.unwrap_or_default();
        let mut from = words.split_last().into_iter().flat_map(|(_, from)| from);
        from.any(|path| command.absolute(path).as_ref() == Some(&modules))
    })
}

/// Where a command puts `modules`, if it copies or moves them.
fn taken(build: &Build<'_>, step: usize, command: &RunCommand, modules: &str) -> Option<String> {
    let copies = match file_name(command.program.as_deref()?) {
        "mv" => true,
        "cp" => command.known_arguments().any(is_recursive),
        _ => false,
    };
    let words = operands(command, &[]).filter(|_| copies)?;
    let (to, from) = words.split_last()?;
    let mut from = from.iter().filter_map(|path| command.absolute(path));
    if !from.any(|path| path == modules) {
        return None;
    }
    let to = command.absolute(to)?;
    if file_name(&to) == "node_modules" {
        return Some(parent(&to).to_owned());
    }
    is_directory(build, step, &to).then_some(to)
}

fn is_recursive(word: &str) -> bool {
    let short = word.starts_with('-') && !word.starts_with("--");
    matches!(word, "--recursive" | "--archive") || (short && word.contains(['a', 'r', 'R']))
}

/// Whether the build has made a directory before the end of a step.
fn is_directory(build: &Build<'_>, end: usize, path: &str) -> bool {
    let mut made = build.commands().filter(|(step, _)| *step <= end);
    let is_made = |command: &RunCommand| matches!(&command.action, Action::MakeDirectory(paths) if paths.iter().any(|made| made == path));
    let is_workdir = build.steps.iter().take(end + 1).any(|step| {
        let is_workdir = matches!(step.instruction.kind, InstructionKind::Workdir(_));
        !is_workdir && step.state.contract.workdir.as_deref() == Some(path)
    });
    is_system_directory(path) || is_workdir || made.any(|(_, command)| is_made(command))
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    fn app(run: &str) -> Result<Vec<String>, Code> {
        let text = format!(
            "FROM node:22\nCOPY package.json /tmp/\n{run}\nWORKDIR /opt/app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n"
        );
        let manifest = r#"{"dependencies":{"ms":"2"},"devDependencies":{"kleur":"4"}}"#;
        let files = [("package.json", manifest), ("a.js", "")];
        let analysis = analyse(&text, &files).map_err(|decline| decline.code)?;
        // Nothing is pruned: it is not known what of the lockfile came along.
        assert!(
            analysis
                .edits
                .iter()
                .all(|edit| !edit.text.contains("prune"))
        );
        let paths = analysis.payload.into_iter().map(|payload| payload.path);
        Ok(paths.collect())
    }

    #[test]
    fn packages_that_are_taken_to_the_application_are_its() {
        for run in [
            "RUN cd /tmp && npm install && mkdir -p /opt/app && mv node_modules /opt/app",
            "RUN cd /tmp && npm install\nRUN mkdir -p /opt/app && cp -a /tmp/node_modules /opt/app/",
            "RUN cd /tmp && npm install\nRUN cp -R /tmp/node_modules /opt/app/node_modules",
        ] {
            assert_eq!(app(run), Ok(vec!["/opt/app".to_owned()]), "{run}");
        }
    }

    #[test]
    fn packages_that_go_elsewhere_are_declined() {
        for run in [
            "RUN cd /tmp && npm install",
            "RUN cd /tmp && npm install && cp -a /tmp/node_modules /opt/app",
            "RUN cd /tmp && npm install && mkdir -p /opt/other && mv node_modules /opt/other",
            "RUN cd /tmp && npm install && mkdir -p /opt/app && cp /tmp/node_modules /opt/app",
        ] {
            assert_eq!(app(run), Err(Code::UnsupportedProject), "{run}");
        }
    }
}

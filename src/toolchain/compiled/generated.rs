//! What a build makes below the project's directory beside the program. In: the commands of all
//! RUNs. Out: whether files came about whose names are not known, so that the whole directory has
//! to go along, and which directories were made for programs alone.

use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;

/// Why the directory `root` as a whole is needed: a command made files in it whose names are not
/// known. `compiles` tells the commands of the toolchain that make programs or sources and nothing
/// else.
pub(crate) fn whole(
    build: &Build<'_>,
    root: &str,
    compiles: &dyn Fn(&RunCommand) -> bool,
) -> Option<Because> {
    let makes = |command: &RunCommand| {
        let directory = command.directory.as_deref();
        command.action == Action::Build
            && !compiles(command)
            && directory.is_none_or(|at| is_within(at, root) || is_within(root, at))
    };
    let (_, command) = build.commands().find(|(_, command)| makes(command))?;
    let rule = format!(
        "`{}` makes files that the program may use",
        command.display()
    );
    Some(Because::line(rule, command.line))
}

/// Directories that were made for `programs` alone (`mkdir bin`, then a build into it): what is
/// needed of them is known. None that holds one of `roots`.
pub(crate) fn output_directories(
    build: &Build<'_>,
    programs: &[String],
    roots: &[String],
) -> Vec<String> {
    let mut found = Vec::new();
    for (_, command) in build.commands() {
        let Action::MakeDirectory(paths) = &command.action else {
            continue;
        };
        let is_output = |path: &&String| {
            programs.iter().any(|program| is_within(program, path))
                && !roots.iter().any(|root| is_within(root, path))
                && !holds_more(build, path, programs)
        };
        found.extend(paths.iter().filter(is_output).cloned());
    }
    found
}

/// Whether something other than `programs` was put into a directory.
fn holds_more(build: &Build<'_>, directory: &str, programs: &[String]) -> bool {
    let other =
        |path: &String| is_within(path, directory) && path != directory && !programs.contains(path);
    let copied = build
        .layout
        .entries
        .iter()
        .any(|entry| is_within(&entry.destination, directory));
    copied
        || build.commands().any(|(_, command)| match &command.action {
            Action::Write(paths) | Action::MakeDirectory(paths) => paths.iter().any(other),
            Action::Own { paths, .. } => paths.iter().any(|path| is_within(path, directory)),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn made(run: &str) -> (bool, Vec<String>) {
        let text = format!("FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN {run}\n");
        sample(&text, &[("main.go", ""), ("a.sh", "")], |build| {
            let programs = ["/app/bin/x".to_owned()];
            let compiles = |c: &RunCommand| c.program.as_deref() == Some("go");
            let is_whole = whole(build, "/app", &compiles).is_some();
            (
                is_whole,
                output_directories(build, &programs, &["/app".to_owned()]),
            )
        })
    }

    #[test]
    fn only_unknown_files_inside_make_the_directory_whole() {
        for (run, whole) in [
            ("go build -o bin/x .", false),
            ("cp main.go other", false),
            ("cd /tmp && make assets", false),
            ("make assets", true),
            ("cd web && make", true),
            ("cd / && make", true),
        ] {
            assert_eq!(made(run).0, whole, "{run}");
        }
    }

    #[test]
    fn a_directory_for_programs_alone_is_known() {
        for (run, directories) in [
            (
                "mkdir -p bin data && go build -o bin/x .",
                &["/app/bin"][..],
            ),
            ("mkdir -p /app/bin && cp a.sh bin/a", &[]),
            ("mkdir -p /app", &[]),
            ("mkdir bin && chown 1 bin", &[]),
        ] {
            assert_eq!(made(run).1, directories, "{run}");
        }
    }
}

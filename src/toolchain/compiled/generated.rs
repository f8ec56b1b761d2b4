//! What a build makes below the project's directory beside the program. In: the commands of all
//! RUNs. Out: whether files came about whose names are not known, so that the whole directory has
//! to go along, and directories that were made for the program to use.

use super::tree::{Tree, file_name};
use crate::plan::action::Action;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::layout::is_within;

/// Files and directories that are made below the project's directory.
#[derive(Debug, Clone, Default)]
pub struct Generated {
    /// Why the directory as a whole is needed.
    pub whole: Option<Because>,
    /// Directories made with `mkdir`, each with its reason.
    pub directories: Vec<(String, Because)>,
}

/// What commands make below `root`. `compiles` tells the commands of the toolchain that make
/// programs or sources and nothing else; `programs` are the paths of the programs.
pub fn below(
    build: &Build<'_>,
    tree: &Tree,
    root: &str,
    programs: &[String],
    compiles: &dyn Fn(&RunCommand) -> bool,
) -> Generated {
    let mut generated = Generated::default();
    for (_, command) in build.commands() {
        match &command.action {
            Action::Build if !compiles(command) => {
                let inside = command.directory.as_deref().is_none_or(|directory| {
                    is_within(directory, root) || is_within(root, directory)
                });
                if inside {
                    generated.note(command);
                }
            }
            Action::Write(paths) if !is_mode_change(command) && !compiles(command) => {
                let is_new = |path: &String| {
                    is_within(path, root)
                        && tree.context(path).is_none()
                        && !programs.iter().any(|program| is_within(program, path))
                };
                if paths.iter().any(is_new) {
                    generated.note(command);
                }
            }
            Action::MakeDirectory(paths) => {
                let rule = "a directory that the build makes for the program";
                let made = paths.iter().filter(|path| {
                    is_within(path, root)
                        && !is_within(root, path)
                        && !programs.iter().any(|program| is_within(program, path))
                });
                let because = Because::line(rule, command.line);
                let made = made.map(|path| (path.clone(), because.clone()));
                generated.directories.extend(made);
            }
            _ => {}
        }
    }
    generated
}

impl Generated {
    fn note(&mut self, command: &RunCommand) {
        let rule = format!(
            "`{}` makes files that the program may use",
            command.display()
        );
        self.whole.get_or_insert(Because::line(rule, command.line));
    }
}

/// `chmod` changes what is there and makes nothing.
fn is_mode_change(command: &RunCommand) -> bool {
    command.program.as_deref().map(file_name) == Some("chmod")
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
            let found = below(build, &Tree::of(build), "/app", &programs, &compiles);
            let directories = found.directories.into_iter().map(|(path, _)| path);
            (found.whole.is_some(), directories.collect())
        })
    }

    #[test]
    fn only_what_is_made_inside_counts() {
        for (run, whole, directories) in [
            ("go build -o bin/x .", false, &[][..]),
            ("mkdir -p bin data && chmod +x a.sh", false, &["/app/data"]),
            ("cp main.go /tmp/x && sed -i s/a/b/ main.go", false, &[]),
            ("cp main.go other", true, &[]),
            ("curl -o model.bin https://example.org/m", true, &[]),
            ("cd /tmp && curl -O https://example.org/m", false, &[]),
            ("make assets", true, &[]),
            ("mkdir -p /app /data", false, &[]),
            ("echo 1 > VERSION", true, &[]),
        ] {
            assert_eq!(made(run).0, whole, "{run}");
            assert_eq!(made(run).1, directories, "{run}");
        }
    }
}

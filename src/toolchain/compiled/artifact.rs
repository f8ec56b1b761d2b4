//! The program files that a build makes. In: where a command makes one. Out: where it lies at the
//! end, after what later commands did to it; and which file a command that starts refers to.

use super::tree::{Tree, file_name, parent};
use crate::dockerfile::contract::clean;
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::StartCommand;
use crate::plan::layout::{is_system_directory, is_within};
use crate::plan::removal;
use crate::plan::system::operands;

/// A file that a command of a RUN makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// Absolute path.
    pub(crate) path: String,
    /// Index of the step.
    pub(crate) step: usize,
    /// Index of the command in the step.
    pub(crate) command: usize,
}

/// Where the file lies at the end of the build: itself, if it stayed, and what it was copied,
/// moved or linked to. Empty when it was removed.
pub(crate) fn places(build: &Build<'_>, tree: &Tree, made: &Made) -> Vec<String> {
    let mut places = vec![made.path.clone()];
    for (step_index, step) in build.steps.iter().enumerate().skip(made.step) {
        for (index, command) in step.commands.iter().enumerate() {
            if step_index == made.step && index <= made.command {
                continue;
            }
            let directories = Directories {
                build,
                tree,
                step: step_index,
            };
            follow(command, &directories, &mut places);
        }
    }
    places.dedup();
    places
}

/// Whether what a COPY put at `path` still lies there at the end of the build.
pub(crate) fn is_left(build: &Build<'_>, tree: &Tree, path: &str) -> bool {
    let entries = &build.layout.entries;
    let copied = entries
        .iter()
        .rfind(|entry| is_within(path, &entry.destination));
    let Some(step) = copied.map(|entry| entry.step) else {
        return true;
    };
    let path = path.to_owned();
    let command = 0;
    let made = Made {
        path,
        step,
        command,
    };
    places(build, tree, &made).contains(&made.path)
}

fn follow(command: &RunCommand, directories: &Directories<'_, '_>, places: &mut Vec<String>) {
    match command.program.as_deref().map(file_name) {
        Some("cp" | "install" | "ln") => places.extend(copies(command, directories, places)),
        Some("mv") => {
            let moved = copies(command, directories, places);
            let sources = sources(command).unwrap_or_default();
            let is_moved = |place: &String| sources.iter().any(|source| is_within(place, source));
            places.retain(|place| !is_moved(place));
            places.extend(moved);
        }
        _ => {
            if let Action::Remove(paths) = &command.action {
                places.retain(|place| !removal::certainly(paths, place));
            }
        }
    }
}

const WITH_VALUE: [&str; 7] = ["-m", "-o", "-g", "-S", "--mode", "--owner", "--group"];

/// The sources of a `cp` or `mv`, absolute.
fn sources(command: &RunCommand) -> Option<Vec<String>> {
    let mut words = operands(command, &WITH_VALUE)?;
    words.pop();
    words.iter().map(|path| command.absolute(path)).collect()
}

/// What becomes of `places` when `command` copies some of them.
fn copies(
    command: &RunCommand,
    directories: &Directories<'_, '_>,
    places: &[String],
) -> Vec<String> {
    let Some(words) = operands(command, &WITH_VALUE) else {
        return Vec::new();
    };
    let Some((target, sources)) = words.split_last() else {
        return Vec::new();
    };
    let Some(path) = command.absolute(target) else {
        return Vec::new();
    };
    let into = sources.len() > 1 || target.ends_with(['/', '.']) || directories.has(&path);
    let mut copied = Vec::new();
    for source in sources.iter().filter_map(|source| command.absolute(source)) {
        let (root, all) = match source.strip_suffix("/*") {
            Some(directory) => (directory.to_owned(), true),
            None => (source.clone(), false),
        };
        for place in places.iter().filter(|place| is_within(place, &root)) {
            let rest = place.get(root.len()..).unwrap_or_default();
            copied.push(if into && !all {
                clean(&format!("{path}/{}{rest}", file_name(&root)))
            } else {
                clean(&format!("{path}{rest}"))
            });
        }
    }
    copied
}

/// Which directories are known to exist before a step.
struct Directories<'b, 'a> {
    build: &'b Build<'a>,
    tree: &'b Tree,
    step: usize,
}

impl Directories<'_, '_> {
    fn has(&self, path: &str) -> bool {
        is_system_directory(path)
            || self.tree.is_dir(path)
            || self.build.steps.iter().take(self.step + 1).any(|step| {
                let workdir = step.state.contract.workdir.as_deref();
                workdir.is_some_and(|workdir| is_within(workdir, path))
                    || step.commands.iter().any(|command| match &command.action {
                        Action::MakeDirectory(made) => made.iter().any(|m| is_within(m, path)),
                        _ => false,
                    })
            })
    }
}

/// Whether `path` is known to be a directory when the step `step` runs.
pub(crate) fn is_directory(build: &Build<'_>, tree: &Tree, step: usize, path: &str) -> bool {
    Directories { build, tree, step }.has(path)
}

/// The absolute paths that `word` may name where `start` runs it: itself, or what PATH offers.
pub(crate) fn candidates(build: &Build<'_>, start: &StartCommand, word: &str) -> Vec<String> {
    if word.contains('/') {
        return vec![start.absolute(word)];
    }
    let path = build.end.lookup("PATH").unwrap_or_default();
    path.split(':')
        .filter(|directory| directory.starts_with('/'))
        .map(|directory| clean(&format!("{directory}/{word}")))
        .collect()
}

/// Whether a program is found under its bare name although the toolchain's own PATH is gone: it
/// lies in a directory of every image's PATH.
pub(crate) fn is_on_default_path(path: &str) -> bool {
    matches!(
        parent(path),
        "/usr/local/sbin" | "/usr/local/bin" | "/usr/sbin" | "/usr/bin" | "/sbin" | "/bin"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn ends(run: &str) -> Vec<String> {
        let text =
            format!("FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN go build -o app .\n{run}\n");
        sample(&text, &[("main.go", ""), ("go.mod", "module m")], |build| {
            let step = build.commands().next().map(|(step, _)| step).unwrap();
            let path = "/app/app".to_owned();
            places(
                build,
                &Tree::of(build),
                &Made {
                    path,
                    step,
                    command: 0,
                },
            )
        })
    }

    #[test]
    fn what_is_removed_later_is_not_left() {
        let text = "FROM golang:1.25\nCOPY . /app\nRUN rm -rf /app/conf && mv /app/b /c\n";
        sample(text, &[("conf/a", ""), ("b", ""), ("c", "")], |build| {
            let tree = Tree::of(build);
            let left = |path: &str| is_left(build, &tree, path);
            assert!(!left("/app/conf") && !left("/app/conf/a") && !left("/app/b"));
            assert!(left("/app") && left("/app/c") && left("/elsewhere"));
        });
    }

    #[test]
    fn copies_and_moves_are_followed() {
        for (run, places) in [
            (
                "RUN cp app /usr/local/bin/",
                &["/app/app", "/usr/local/bin/app"][..],
            ),
            ("RUN mv app /usr/local/bin", &["/usr/local/bin/app"]),
            (
                "RUN mv ./app /srv/server && chmod +x /srv/server",
                &["/srv/server"],
            ),
            (
                "RUN mkdir -p /out && cp /app/app /out",
                &["/app/app", "/out/app"],
            ),
            ("RUN mkdir /x && cp -r /app/* /x", &["/app/app", "/x/app"]),
            ("RUN ln -s /app/app /bin/run", &["/app/app", "/bin/run"]),
            (
                "RUN cd /app && install -m 755 app /sbin/a",
                &["/app/app", "/sbin/a"],
            ),
            ("RUN mv /app /opt/moved", &["/opt/moved/app"]),
            ("RUN rm -rf /app/*", &[]),
            ("RUN rm main.go", &["/app/app"]),
        ] {
            assert_eq!(ends(run), places, "{run}");
        }
    }
}

//! What the build leaves for another user than root. In: its COPY instructions and commands. Out: what of
//! it is given to the user, or why root stays.

use super::owned::{Owned, is_of_system};
use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::dockerfile::shell;
use crate::plan::action::Action;
use crate::plan::analysis::{Need, Single};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::ladder::Chosen;
use crate::plan::layout::is_within;
use crate::plan::removal;
use crate::plan::start_writes::Kind;

/// Follows the build through its files.
pub(super) fn follow(build: &Build<'_>, owned: &mut Owned) -> Result<(), Because> {
    for step in &build.steps {
        owned.copied(build, step)?;
        for command in &step.commands {
            owned.ran(build, command)?;
        }
    }
    Ok(())
}

impl Owned {
    /// Whether a `chmod` hides something that does not become the user's.
    fn hidden(&self, build: &Build<'_>, command: &RunCommand, paths: &[String]) -> bool {
        let is_own = |path: &String| {
            let file = build.context_path(path);
            self.holds(path) && file.is_some_and(|file| build.context.is_file(&file))
        };
        mode_of(command).is_none_or(hides) && !paths.iter().all(is_own)
    }

    fn copied(&self, build: &Build<'_>, step: &Step<'_>) -> Result<(), Because> {
        let (InstructionKind::Copy(copy) | InstructionKind::Add(copy)) = &step.instruction.kind
        else {
            return Ok(());
        };
        let escape = build.dockerfile.lines.escape;
        let place = step.state.expand(&copy.destination, escape);
        let place = place.and_then(|path| step.state.absolute(&path));
        if let Some(mode) = flag(&copy.flags, "chmod")
            && hides(mode)
            && !place.is_some_and(|path| self.takes(&path))
        {
            let rule = format!("`--chmod={mode}` hides files from other users");
            return Err(Because::line(rule, step.instruction.first_line));
        }
        match flag(&copy.flags, "chown") {
            Some(owner) if !self.is_user(owner) => {
                let rule = format!("`--chown={owner}` gives files to somebody else");
                Err(Because::line(rule, step.instruction.first_line))
            }
            _ => Ok(()),
        }
    }

    fn is_user(&self, owner: &str) -> bool {
        owner == self.ids || self.ids.split(':').next() == Some(owner)
    }

    /// What a command leaves for the user.
    fn ran(&mut self, build: &Build<'_>, command: &RunCommand) -> Result<(), Because> {
        match &command.action {
            Action::Own { owner, .. } if !self.is_user(owner) => {
                let rule = format!("`{}` gives files to somebody else", command.display());
                Err(Because::line(rule, command.line))
            }
            Action::Mode(paths) if self.hidden(build, command, paths) => {
                let rule = format!("`{}` hides files from other users", command.display());
                Err(Because::line(rule, command.line))
            }
            Action::MakeDirectory(paths) => {
                for path in paths {
                    let because = Because::line("a directory that the build makes", command.line);
                    if !is_of_system(path) || self.holds(path) {
                        self.own_directory(Need::new(path.clone(), because));
                    }
                }
                Ok(())
            }
            Action::Remove(paths) => self.removed(command, paths),
            Action::Write(paths) => {
                let own = paths.iter().filter(|path| self.takes(path));
                let own: Vec<String> = own.cloned().collect();
                if own.is_empty() {
                    return Ok(());
                }
                self.wrote(build, command, own)
            }
            _ => Ok(()),
        }
    }

    /// Takes out what a command removes.
    fn removed(&mut self, command: &RunCommand, paths: &[String]) -> Result<(), Because> {
        self.files
            .retain(|file| !removal::certainly(paths, &file.value));
        let mut files = self.files.iter();
        if files.any(|file| removal::perhaps(paths, &file.value)) {
            return Err(unknown(command));
        }
        Ok(())
    }

    /// Files that a command makes in places of the program.
    fn wrote(
        &mut self,
        build: &Build<'_>,
        command: &RunCommand,
        paths: Vec<String>,
    ) -> Result<(), Because> {
        let is_file =
            |path: &String| shell::is_plain(path) && !build.layout.is_directory(path, &build.end);
        match leaves(command) {
            Leaves::ToRead => Ok(()),
            Leaves::Files if paths.iter().all(is_file) => {
                let because = Because::line("a file that the build makes", command.line);
                let needs = paths
                    .into_iter()
                    .map(|path| Need::new(path, because.clone()));
                self.files.extend(needs);
                Ok(())
            }
            _ => Err(unknown(command)),
        }
    }
}

fn unknown(command: &RunCommand) -> Because {
    let rule = format!(
        "`{}` leaves files of root's that the program may write to",
        command.display()
    );
    Because::line(rule, command.line)
}

/// What a command leaves where it writes.
enum Leaves {
    /// Single files, which may be given away.
    Files,
    /// What is only read.
    ToRead,
    /// More than that.
    Unknown,
}

fn leaves(command: &RunCommand) -> Leaves {
    let program = command.program.as_deref().unwrap_or_default();
    let is_recursive = || {
        let mut words = command.known_arguments();
        words.any(|word| {
            let short = word.starts_with('-') && !word.starts_with("--");
            (short && word.contains(['r', 'R', 'a']))
                || word == "--recursive"
                || word == "--archive"
        })
    };
    match program.rsplit('/').next().unwrap_or(program) {
        "touch" | "truncate" | "tee" | "sed" | "dos2unix" | "unix2dos" | "echo" | "printf"
        | "cat" => Leaves::Files,
        "cp" | "install" if !is_recursive() => Leaves::Files,
        // One file is fetched to be read; what a link leads to has an owner of its own.
        "curl" | "wget" | "ln" => Leaves::ToRead,
        _ => Leaves::Unknown,
    }
}

/// The mode that a `chmod` sets.
fn mode_of(command: &RunCommand) -> Option<&str> {
    let is_flag = |word: &str| {
        word.strip_prefix('-')
            .is_some_and(|rest| !rest.contains(['r', 'w', 'x']))
    };
    command.known_arguments().find(|word| !is_flag(word))
}

/// Whether a mode leaves others without what the owner has: reading, and running.
fn hides(mode: &str) -> bool {
    if mode.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits: Vec<u8> = mode.bytes().rev().map(|byte| byte - b'0').collect();
        let of = |index: usize| digits.get(index).copied().unwrap_or_default() & 5;
        return of(0) != of(2);
    }
    let of_owner = |change: &str| {
        let who = change.split('+').next().unwrap_or_default();
        who.contains('u') && !who.contains(['o', 'a'])
    };
    mode.contains(['-', '=']) || mode.split(',').any(of_owner)
}

/// What starts may take away or write over only what belongs to its user.
pub(super) fn replaced(build: &Build<'_>, single: &Single, chosen: &Chosen) -> Result<(), Because> {
    let is_of_root = |path: &str| {
        let mut made = single.made.iter();
        made.any(|place| is_within(path, place)) && build.context_path(path).is_none()
    };
    let mut writes = chosen.entry.writes.iter();
    let found = writes.find_map(|write| {
        let path = write.path.as_deref()?;
        (write.kind == Kind::Tree && is_of_root(path)).then_some((write, path))
    });
    match found {
        Some((write, path)) => Err(Because {
            rule: format!(
                "`{}` at start changes `{path}`, which the build may have made",
                write.program
            ),
            evidence: write.because.evidence.clone(),
        }),
        None => Ok(()),
    }
}

/// git refuses a repository whose files belong to somebody else than who calls it.
/// Source: git's documentation of `safe.directory`.
pub(super) fn repository(build: &Build<'_>) -> Result<(), Because> {
    let git = build.commands().find(|(_, command)| {
        matches!(&command.action, Action::Packages { names, .. } if names.iter().any(|name| name == "git"))
    });
    let is_copied = build.context.exists(".git") && build.layout.image_path(".git").is_some();
    match git.filter(|_| is_copied) {
        Some((_, command)) => {
            let rule = "git would refuse the repository that is copied, if it were given away";
            Err(Because::line(rule, command.line))
        }
        None => Ok(()),
    }
}

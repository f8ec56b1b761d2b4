//! What another user than root must be given in the one stage. In: the build and its analysis. Out: the
//! user and the places that it may write to, or why root stays.
//!
//! The rules are those of a final stage, where the program's directory is its own. Here files keep
//! the layers that they were made in: what COPY brings is given away as it is copied, of what a
//! RUN made only directories are, since a change of a file's owner would store it once more.

use crate::dockerfile::instruction::{InstructionKind, flag};
use crate::dockerfile::shell;
use crate::plan::accounts::made;
use crate::plan::action::Action;
use crate::plan::analysis::{Analysis, Need, Single};
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::ladder::Chosen;
use crate::plan::layout::{is_system_directory, is_within};
use crate::plan::{removal, user, writable};

/// A user, and what it is given.
pub(super) struct Owned {
    /// `UID:GID`.
    pub(super) ids: String,
    /// RUN lines that make its account.
    pub(super) setup: Vec<String>,
    /// Directories with files of the program's own.
    pub(super) places: Vec<String>,
    /// Directories that are its own, each once.
    pub(super) directories: Vec<Need<String>>,
    /// Those of them that a RUN has made.
    pub(super) there: Vec<String>,
    /// Files that the build makes and the program may write to.
    pub(super) files: Vec<Need<String>>,
}

/// The name of the account that is made.
const ACCOUNT: &str = "nonroot";

/// Directories of the system that hold what people put there. Source: the Filesystem Hierarchy Standard
/// 3.0, chapters 3 and 4.
const FOR_PEOPLE: [&str; 5] = ["/home", "/mnt", "/opt", "/srv", "/usr/src"];

/// Whether a directory can be given away.
fn can_be_given(path: &str) -> bool {
    !is_system_directory(path) || FOR_PEOPLE.contains(&path)
}

/// Places of the system and of the build in which no directory is given away.
const OF_SYSTEM: [&str; 14] = [
    "/etc",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/boot",
    "/root",
    "/tmp",
    "/var/tmp",
    "/var/cache/apt",
    "/var/lib/apt",
    "/proc",
    "/sys",
];

/// Finds them.
pub(super) fn read(
    build: &Build<'_>,
    analysis: &Analysis,
    single: &Single,
    chosen: &Chosen,
) -> Result<Owned, Because> {
    let (ids, setup) = user::other(build, analysis, chosen)?;
    if let Some(because) = &single.leaves {
        return Err(because.clone());
    }
    let workdir = build.workdir();
    if !can_be_given(workdir) {
        let rule = format!("its working directory `{workdir}` cannot be given to another user");
        return Err(Because::rule(rule));
    }
    if !setup.is_empty()
        && let Some((line, _)) = made(build).find(|(_, account)| account.name == ACCOUNT)
    {
        let rule = format!("the build has an account `{ACCOUNT}` of its own");
        return Err(Because::line(rule, line));
    }
    // What a final stage would be given for the start has no place here.
    if let Some((_, because)) = analysis.setup.first() {
        return Err(because.clone());
    }
    let mut owned = Owned {
        places: places(build, analysis),
        directories: Vec::new(),
        there: Vec::new(),
        files: Vec::new(),
        ids,
        setup,
    };
    owned.own_directories(build, analysis, chosen);
    for need in &single.directories {
        owned.there.push(need.value.clone());
        owned.own_directory(need.clone());
    }
    for step in &build.steps {
        owned.copied(build, step)?;
        for command in &step.commands {
            owned.ran(build, command)?;
        }
    }
    repository(build)?;
    Ok(owned)
}

/// The directories with the program, as far as they are no directory of the system's.
fn places(build: &Build<'_>, analysis: &Analysis) -> Vec<String> {
    let payload = analysis.payload.iter();
    let own = payload
        .filter(|payload| payload.is_dir && payload.writable)
        .map(|payload| payload.path.clone());
    let mut places: Vec<String> = Vec::new();
    for place in own.chain([build.workdir().to_owned()]) {
        if can_be_given(&place) && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

impl Owned {
    fn own_directories(&mut self, build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) {
        for place in self.places.clone() {
            let because = Because::rule("the program may write beside itself");
            self.own_directory(Need::new(place, because));
        }
        for directory in writable::directories(build, analysis, chosen) {
            self.own_directory(Need::new(directory.path, directory.because));
        }
        // Within the program's directory nothing is asked for, since a final stage gives it whole.
        for need in &analysis.needs.writes {
            let path = writable::directory_of(&need.value).to_owned();
            if self.holds(&path) {
                self.own_directory(Need::new(path, need.because.clone()));
            }
        }
        for volume in &build.end.contract.volumes {
            if let Some(path) = build.end.absolute(volume) {
                let because = Because::rule("a volume that the user must be able to write to");
                self.own_directory(Need::new(path, because));
            }
        }
    }

    fn own_directory(&mut self, need: Need<String>) {
        let known = self.directories.iter().any(|it| it.value == need.value);
        if !known && can_be_given(&need.value) {
            self.directories.push(need);
        }
    }

    /// Whether a path lies in one of the program's directories.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.places.iter().any(|place| is_within(path, place))
    }

    /// Whether what a COPY puts at `path` is given to the user.
    pub(super) fn takes(&self, path: &str) -> bool {
        let mut own = self.directories.iter();
        self.holds(path)
            || own.any(|it| is_within(path, &it.value))
            || self.places.iter().any(|place| is_within(place, path))
    }

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
                    let is_of_system = OF_SYSTEM.iter().any(|place| is_within(path, place));
                    if !is_of_system || self.holds(path) {
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

/// git refuses a repository whose files belong to somebody else than who calls it.
/// Source: git's documentation of `safe.directory`.
fn repository(build: &Build<'_>) -> Result<(), Because> {
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

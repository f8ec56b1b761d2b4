//! What another user than root must be given in the one stage. In: the build and its analysis. Out: the
//! user and the places that it may write to, or why root stays.
//!
//! The rules are those of a final stage, where the program's directory is its own. Here files keep
//! the layers that they were made in: what COPY brings is given away as it is copied, of what a
//! RUN made only directories are, since a change of a file's owner would store it once more.

use super::left;
use crate::plan::accounts::made;
use crate::plan::analysis::{Analysis, Need, Single};
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::ladder::Chosen;
use crate::plan::layout::{is_system_directory, is_within};
use crate::plan::{user, writable};

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
    /// Directories that something is written into, as far as that is known.
    wanted: Vec<Need<String>>,
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
const OF_SYSTEM: [&str; 15] = [
    "/dev",
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

/// Where everybody may write, or nobody.
const FREE: [&str; 5] = ["/tmp", "/var/tmp", "/dev", "/proc", "/sys"];

pub(super) fn is_of_system(path: &str) -> bool {
    OF_SYSTEM.iter().any(|place| is_within(path, place))
}

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
        wanted: Vec::new(),
        files: Vec::new(),
        ids,
        setup,
    };
    owned.own_directories(build);
    for need in &single.directories {
        owned.there.push(need.value.clone());
        owned.own_directory(need.clone());
    }
    owned.wanted = wanted(build, analysis, chosen);
    left::follow(build, &mut owned)?;
    owned.own_wanted(build);
    left::repository(build)?;
    left::replaced(build, single, chosen)?;
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

/// The directories that the program or its start writes into.
fn wanted(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) -> Vec<Need<String>> {
    let asked = writable::directories(build, analysis, chosen).into_iter();
    let asked = asked.map(|directory| Need::new(directory.path, directory.because));
    let written = analysis.needs.writes.iter().map(|need| {
        let path = writable::directory_of(&need.value);
        Need::new(path.to_owned(), need.because.clone())
    });
    let at_start = chosen.entry.writes.iter().filter_map(|write| {
        let path = write.directory()?;
        Some(Need::new(path.to_owned(), write.because.clone()))
    });
    let mut wanted: Vec<Need<String>> = asked.chain(written).chain(at_start).collect();
    // What lies in another one comes behind it.
    wanted.sort_by(|one, other| one.value.cmp(&other.value));
    wanted
}

impl Owned {
    fn own_directories(&mut self, build: &Build<'_>) {
        for place in self.places.clone() {
            let because = Because::rule("the program may write beside itself");
            self.own_directory(Need::new(place, because));
        }
        for volume in &build.end.contract.volumes {
            if let Some(path) = build.end.absolute(volume) {
                let because = Because::rule("a volume that the user must be able to write to");
                self.own_directory(Need::new(path, because));
            }
        }
    }

    /// Gives what is wanted, where it does not lie in what is given anyway: there the user can make
    /// it, and whether it is a file or a directory is for the program to know.
    fn own_wanted(&mut self, build: &Build<'_>) {
        for need in std::mem::take(&mut self.wanted) {
            let path = need.value.as_str();
            let mut own = self.directories.iter();
            let is_given = own.any(|it| is_within(path, &it.value));
            let file = build.context_path(path);
            let is_file = file.is_some_and(|file| build.context.is_file(&file));
            let is_free = FREE.iter().any(|place| is_within(path, place));
            if !is_given && !is_file && !is_free {
                self.own_directory(need);
            }
        }
    }

    pub(super) fn own_directory(&mut self, need: Need<String>) {
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
        let mut own = self.directories.iter().chain(&self.wanted);
        self.holds(path)
            || own.any(|it| is_within(path, &it.value))
            || self.places.iter().any(|place| is_within(place, path))
    }
}

//! Directories that a user who is not root must be able to write to, beyond what is copied for
//! the program anyway: volumes, places that the sources name, the working directory.

use super::action::Action;
use super::analysis::{Analysis, Need, Payload};
use super::because::Because;
use super::build::{Build, RunCommand};
use super::ladder::Chosen;
use super::layout::{is_system_directory, is_within};
use crate::knowledge::base_image::Flavour;

/// A directory that the builder makes, or that is made from an empty one, for the final stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDirectory {
    /// Where it lies in the final stage.
    pub path: String,
    /// Where it is copied from: the same path, or [`EMPTY`] where the builder has other things
    /// there.
    pub source: String,
    /// Why it is needed.
    pub because: Because,
}

/// The empty directory of the builder. The name is the one that systems use for such a thing.
pub const EMPTY: &str = "/var/empty";

/// The directories of a build that are not there yet.
pub fn directories(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) -> Vec<OwnDirectory> {
    let mut found = temporary(analysis, chosen);
    for need in needed(build, analysis, chosen) {
        let path = need.value;
        let known = |payload: &Payload| payload.is_dir && is_within(&path, &payload.path);
        // An empty directory lacks those that the project brought into it.
        let holds = |other: &OwnDirectory| {
            let is_own = other.source != EMPTY || build.context_path(&path).is_none();
            is_within(&path, &other.path) && (is_own || path == other.path)
        };
        // COPY of a directory brings what the build made in it, and a volume may be made by VOLUME alone.
        let is_unmade = is_volume(build, &path)
            && !payloads(analysis, chosen).any(|payload| payload.path == path)
            && !is_made(build, &path);
        let there = (!is_unmade && payloads(analysis, chosen).any(known))
            || found.iter().any(holds)
            || is_within(&path, "/tmp")
            || is_system_directory(&path);
        if !there {
            let has_sources = analysis
                .covered
                .iter()
                .any(|covered| is_within(covered, &path))
                || build.context_path(&path).is_some();
            let source = if has_sources {
                EMPTY.to_owned()
            } else {
                path.clone()
            };
            found.push(OwnDirectory {
                path,
                source,
                because: need.because,
            });
        }
    }
    found
}

/// The directories that have to be there whoever writes to them: `/tmp`, and those of the project
/// that held sources alone.
pub fn required(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) -> Vec<OwnDirectory> {
    let temporary = temporary(analysis, chosen);
    let mut found = directories(build, analysis, chosen);
    found.retain(|directory| {
        let mut writes = analysis.needs.writes.iter();
        let is_written = writes.any(|need| directory_of(&need.value) == directory.path);
        let is_gone = directory.source == EMPTY && directory.path != build.workdir();
        let is_filled = is_written && is_run_by_build(build, &directory.because);
        temporary.contains(directory) || (is_written && is_gone) || is_filled
    });
    found
}

/// Whether a command of the build runs the source that a reason rests on: then it may have filled the
/// place already.
fn is_run_by_build(build: &Build<'_>, because: &Because) -> bool {
    let files = because
        .evidence
        .iter()
        .filter_map(|place| place.rsplit_once(':'));
    let mut files = files.map(|(file, _)| file);
    files.any(|file| {
        build.commands().any(|(_, command)| {
            let mut words = command.known_arguments().chain(command.program.as_deref());
            let is_it = |word: &str| {
                let path = command
                    .absolute(word)
                    .and_then(|path| build.context_path(&path));
                path.as_deref() == Some(file)
            };
            command.action == Action::Build && words.any(is_it)
        })
    })
}

/// `/tmp` where the final image has none.
pub fn temporary(analysis: &Analysis, chosen: &Chosen) -> Vec<OwnDirectory> {
    let missing = chosen.image.flavour == Flavour::Scratch;
    let because = analysis.needs.tmp.iter().filter(|_| missing).cloned();
    because
        .map(|because| OwnDirectory {
            path: "/tmp".to_owned(),
            source: EMPTY.to_owned(),
            because,
        })
        .collect()
}

fn payloads<'p>(analysis: &'p Analysis, chosen: &'p Chosen) -> impl Iterator<Item = &'p Payload> {
    analysis
        .payload
        .iter()
        .chain(chosen.carried.iter().map(|carried| &carried.payload))
}

/// Whether a user who is not root may write at `path` without more: it lies in what is copied for
/// the program and given to that user, in a volume, or in the working directory.
pub fn is_given(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen, path: &str) -> bool {
    let given = |payload: &Payload| {
        let is_own = payload.writable || build.context_path(&payload.path).is_some();
        payload.is_dir && is_own && is_within(path, &payload.path)
    };
    let carried = chosen.carried.iter();
    let carried = carried.filter(|carried| !carried.is_program && carried.link.is_none());
    let is_copied =
        analysis.payload.iter().any(given) || carried.map(|carried| &carried.payload).any(given);
    let workdir = build.workdir();
    let is_beside = path
        .rsplit_once('/')
        .is_some_and(|(parent, _)| parent == workdir);
    is_copied || is_beside || volumes(build).any(|volume| is_within(path, &volume))
}

fn volumes<'b>(build: &'b Build<'_>) -> impl Iterator<Item = String> + 'b {
    let contract = &build.end.contract;
    let volumes = contract.volumes.iter();
    volumes.filter_map(|volume| build.end.absolute(volume))
}

fn is_volume(build: &Build<'_>, path: &str) -> bool {
    volumes(build).any(|volume| volume == path)
}

/// Whether the build context or a command brings a directory.
fn is_made(build: &Build<'_>, path: &str) -> bool {
    let made = |command: &RunCommand| match &command.action {
        Action::MakeDirectory(paths) | Action::Own { paths, .. } => {
            paths.iter().any(|made| is_within(made, path))
        }
        _ => false,
    };
    build.context_path(path).is_some() || build.commands().any(|(_, command)| made(command))
}

fn needed(build: &Build<'_>, analysis: &Analysis, chosen: &Chosen) -> Vec<Need<String>> {
    let mut needed: Vec<Need<String>> = Vec::new();
    // A COPY into the working directory makes it, with the owner of what is copied.
    let workdir = build.workdir();
    if !payloads(analysis, chosen).any(|payload| is_within(&payload.path, workdir)) {
        let because = Because::rule("the working directory, which the program may write to");
        needed.push(Need::new(workdir.to_owned(), because));
    }
    for path in volumes(build) {
        let because = Because::rule("a volume that the user must be able to write to");
        needed.push(Need::new(path, because));
    }
    for write in &chosen.entry.writes {
        let given = |path: &str| is_given(build, analysis, chosen, path);
        if let (Some(path), Some(directory)) = (&write.path, write.directory())
            && !given(path)
        {
            let rule = format!("`{}` at start writes there", write.program);
            let because = Because::rule(rule).and(write.because.evidence.join(", "));
            needed.push(Need::new(directory.to_owned(), because));
        }
    }
    for need in &analysis.needs.writes {
        let mut links = chosen
            .carried
            .iter()
            .filter_map(|carried| carried.link.as_ref());
        let link = links.find(|link| link.path == need.value);
        let path = link.map_or(&need.value, |link| &link.absolute);
        // A device is there, and takes what is written.
        if !is_within(path, "/dev") {
            let directory = directory_of(path).to_owned();
            needed.push(Need::new(directory, need.because.clone()));
        }
    }
    needed
}

/// The directory that has to be there for a write to `path`: of a file, the one that it lies in.
pub fn directory_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((parent, name)) if name.get(1..).is_some_and(|rest| rest.contains('.')) => {
            if parent.is_empty() { "/" } else { parent }
        }
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_needs_the_directory_that_it_lies_in() {
        assert_eq!(directory_of("/data/app.db"), "/data");
        assert_eq!(directory_of("/data/uploads"), "/data/uploads");
        assert_eq!(directory_of("/app.log"), "/");
        assert_eq!(directory_of("/data/.cache"), "/data/.cache");
    }
}

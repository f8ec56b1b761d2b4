//! What the build puts outside of the directories that the toolchain decides about: configuration
//! copied to `/etc`, data directories, downloaded tools. It is carried over by path.

use super::action::Action;
use super::analysis::{Analysis, Payload};
use super::because::Because;
use super::build::Build;
use super::comment;
use super::entry::Entry as Start;
use super::layout::{Entry, is_system_directory, is_within};
use super::links::{self, Link};
use super::removal;
use crate::dockerfile::instruction::InstructionKind;

/// Something outside of the toolchain's directories that goes into the final stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// What to copy from the builder.
    pub payload: Payload,
    /// The owner that the original gave it.
    pub owner: Option<String>,
    /// Whether it may be a program that was brought from elsewhere, linked we do not know how.
    pub is_program: bool,
    /// The symbolic link that it is, where the final stage makes it again.
    pub link: Option<Link>,
}

/// Places whose contents no running program needs.
const THROWAWAY: [&str; 15] = [
    "/tmp",
    "/var/tmp",
    "/var/cache",
    "/var/lib/apt",
    "/root/.cache",
    "/root/.npm",
    "/root/.pip",
    "/root/.pydistutils.cfg",
    "/root/.config",
    "/etc/apt",
    "/usr/share/keyrings",
    "/usr/share/doc",
    "/usr/share/man",
    "/etc/apk",
    "/root/.gnupg",
];

/// Settings and keys with which git and ssh reach other machines. The build needs them for private
/// sources, the program only if it calls such a program itself.
const OF_REMOTES: [&str; 5] = [
    "/root/.ssh",
    "/root/.gitconfig",
    "/root/.netrc",
    "/root/.config/git",
    "/etc/gitconfig",
];

/// Programs that read those.
const REACH_REMOTES: [&str; 8] = ["git", "ssh", "scp", "sftp", "rsync", "svn", "hg", "git-lfs"];

/// Settings of programs that only the build uses, among those of others.
const OF_BUILDS: [&str; 7] = [
    "/root/.config/pip",
    "/root/.config/go",
    "/root/.config/yarn",
    "/root/.config/pnpm",
    "/root/.config/uv",
    "/root/.config/pypoetry",
    "/root/.config/pdm",
];

/// Places for files that do not last. A file of the project that is put there is for the program
/// all the same, unless the build takes it from there.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// Directories in which programs and libraries lie.
const PROGRAMS: [&str; 9] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/lib",
    "/usr/lib",
    "/usr/local/lib",
];

fn is_within_any(path: &str, directories: &[&str]) -> bool {
    directories
        .iter()
        .any(|directory| is_within(path, directory))
}

/// What has to be carried over, each path once, sorted.
pub fn carried(build: &Build<'_>, analysis: &Analysis, start: &Start) -> Vec<Carried> {
    let started = start.commands.iter().filter_map(|command| command.name());
    let called = analysis
        .needs
        .programs
        .iter()
        .map(|need| need.value.as_str());
    let mut collector = Collector {
        build,
        analysis,
        reaches_remotes: started
            .chain(called)
            .any(|name| REACH_REMOTES.contains(&name)),
        found: Vec::new(),
    };
    // In the order of the file: what is removed and then put there again is there.
    for (index, step) in build.steps.iter().enumerate() {
        let entries = build.layout.entries.iter();
        for entry in entries.filter(|entry| entry.step == index) {
            collector.copied(entry);
        }
        let line = step.instruction.first_line;
        for (path, _) in build.foreign.iter().filter(|(_, at)| *at == line) {
            let because = Because::line(
                "put there by the build, from elsewhere than the context",
                line,
            );
            collector.add(path, false, None, because);
        }
        for command in &step.commands {
            collector.made(&command.action, command.line);
        }
    }
    for (line, path) in comment::read(build.dockerfile).keep {
        collector.add(
            &path,
            true,
            None,
            Because::line("a comment asks to keep it", line),
        );
    }
    collector.finish()
}

struct Collector<'c, 'a> {
    build: &'c Build<'a>,
    analysis: &'c Analysis,
    /// Whether the program calls git, ssh and the like.
    reaches_remotes: bool,
    found: Vec<Carried>,
}

impl Collector<'_, '_> {
    fn copied(&mut self, entry: &Entry) {
        let line = self
            .build
            .steps
            .get(entry.step)
            .map_or(0, |step| step.instruction.first_line);
        if is_within_any(&entry.destination, &TEMPORARY) && self.is_build_input(entry) {
            return;
        }
        let because = Because::line("copied outside of the application's directory", line);
        let shared =
            entry.is_dir && (entry.into_existing || is_system_directory(&entry.destination));
        if !shared {
            return self.add(
                &entry.destination,
                entry.is_dir,
                entry.owner.clone(),
                because,
            );
        }
        // A directory poured into one that has other things: only what was poured is carried.
        for child in self.build.context.children(&entry.source) {
            let name = child.rsplit('/').next().unwrap_or(child);
            let path = format!("{}/{name}", entry.destination.trim_end_matches('/'));
            let is_dir = self.build.context.is_dir(child);
            self.add(&path, is_dir, entry.owner.clone(), because.clone());
        }
    }

    fn made(&mut self, action: &Action, line: usize) {
        match action {
            Action::Write(paths) => {
                for path in paths {
                    let because = Because::line("made by the build", line);
                    self.add(path, false, None, because);
                }
            }
            // COPY keeps the modes of what is in a directory, not that of the directory itself: who
            // runs the program gets it instead.
            Action::Mode(paths) => {
                let user = self.build.end.contract.user.clone();
                let owner = Some(user).filter(|user| !super::user::is_root(user));
                for path in paths {
                    let because = Because::line("its mode is changed by the build", line);
                    self.add(path, true, owner.clone(), because);
                }
            }
            Action::MakeDirectory(paths) => {
                for path in paths {
                    self.add(
                        path,
                        true,
                        None,
                        Because::line("a directory that the build makes", line),
                    );
                }
            }
            Action::Own { owner, paths, .. } => {
                for path in paths {
                    let because = Because::line("given to another owner by the build", line);
                    self.add(path, true, Some(owner.clone()), because);
                    self.own(path, owner);
                }
            }
            Action::Account(account) => {
                if let Some(home) = &account.home {
                    let owner = Some(account.name.clone());
                    let because = Because::line("the home directory of an account", line);
                    self.add(home, true, owner, because);
                }
            }
            Action::Remove(paths) => {
                self.found
                    .retain(|carried| !removal::certainly(paths, &carried.payload.path));
            }
            _ => {}
        }
    }

    /// Whether a RUN behind a COPY works in the place or names it: then what was copied there, where
    /// temporary files lie, was for the build.
    fn is_build_input(&self, entry: &Entry) -> bool {
        let place = entry.destination.as_str();
        let mut later = self.build.steps.iter().skip(entry.step + 1);
        later.any(|step| {
            let text = step.instruction.span.of(&self.build.dockerfile.text);
            let is_run = matches!(step.instruction.kind, InstructionKind::Run(_));
            let is_there =
                |path: &str| path != "/" && (is_within(place, path) || is_within(path, place));
            // A script that the RUN starts may name it, too.
            let works_there = step.commands.iter().any(|command| {
                let mut words = command.known_arguments();
                command.directory.as_deref().is_none_or(is_there)
                    || words.any(|word| command.absolute(word).is_some_and(|path| is_there(&path)))
            });
            is_run && (works_there || text.contains(place))
        })
    }

    fn own(&mut self, path: &str, owner: &str) {
        for carried in &mut self.found {
            if is_within(&carried.payload.path, path) {
                carried.owner = Some(owner.to_owned());
            }
        }
    }

    fn add(&mut self, path: &str, is_dir: bool, owner: Option<String>, because: Because) {
        if self.is_left(path) || (is_dir && is_system_directory(path)) {
            return;
        }
        if let Some(known) = self
            .found
            .iter_mut()
            .find(|known| known.payload.path == path)
        {
            known.payload.is_dir |= is_dir;
            known.owner = owner.or(known.owner.take());
            return;
        }
        let is_program = PROGRAMS.iter().any(|directory| is_within(path, directory))
            && self.build.context_path(path).is_none();
        let path = path.to_owned();
        let payload = Payload {
            path,
            is_dir,
            writable: is_dir,
            because,
        };
        self.found.push(Carried {
            payload,
            owner,
            is_program,
            link: None,
        });
    }

    /// Whether a path is the toolchain's business, or nobody's.
    fn is_left(&self, path: &str) -> bool {
        let within = |list: &[String]| list.iter().any(|directory| is_within(path, directory));
        // What the context brings there was looked at before.
        let is_setting = is_within(path, "/root/.config") && !is_within_any(path, &OF_BUILDS);
        let is_copied = (is_within_any(path, &TEMPORARY) || is_setting)
            && self.build.context_path(path).is_some();
        let throwaway = is_within_any(path, &THROWAWAY) && !is_copied;
        // A file of the context among the system's settings is there on purpose.
        let is_of_remotes = is_within_any(path, &OF_REMOTES)
            && !(is_within(path, "/etc") && self.build.context_path(path).is_some());
        let is_left = if is_of_remotes {
            !self.reaches_remotes
        } else {
            throwaway
        };
        if is_left || within(&self.analysis.scratch) {
            return true;
        }
        let in_payload = self
            .analysis
            .payload
            .iter()
            .any(|known| known.path == path || (known.is_dir && is_within(path, &known.path)));
        let holds_covered = self
            .analysis
            .covered
            .iter()
            .any(|covered| is_within(covered, path));
        in_payload || holds_covered || self.is_source(path)
    }

    /// Whether a path below a covered directory came from the build context: the toolchain has
    /// seen it and decided.
    fn is_source(&self, path: &str) -> bool {
        let covered = self
            .analysis
            .covered
            .iter()
            .any(|covered| is_within(path, covered));
        covered && self.build.context_path(path).is_some()
    }

    /// Sorted, without what lies below something else that is carried and has the same owner.
    fn finish(mut self) -> Vec<Carried> {
        self.found
            .sort_by(|a, b| a.payload.path.cmp(&b.payload.path));
        let all = self.found.clone();
        self.found.retain(|carried| {
            !all.iter().any(|other| {
                other.payload.path != carried.payload.path
                    && other.owner == carried.owner
                    && is_within(&carried.payload.path, &other.payload.path)
            })
        });
        self.link();
        self.found
    }

    /// Tells links that are made again from what COPY takes.
    fn link(&mut self) {
        let payloads = self.found.iter().map(|carried| &carried.payload);
        let payloads = payloads.chain(&self.analysis.payload);
        let all: Vec<Payload> = payloads.cloned().collect();
        for carried in &mut self.found {
            let path = &carried.payload.path;
            let others = || all.iter().filter(|other| other.path != *path);
            let link = links::at(self.build, path);
            carried.link = link
                .filter(|link| link.is_remade(|place| others().any(|other| other.holds(place))));
            carried.is_program &= carried.link.is_none();
        }
    }
}

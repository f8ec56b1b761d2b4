//! One Dockerfile at a time, on several threads: read, restage, compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::decided::{self, Decided, Deciding};
use super::ground::Ground;
use super::{Core, Invocation, Mode, Progress};
use crate::config::{ConfigError, Finder};
use crate::diff::{self, DiffLine};
use crate::discover::{Found, Guess, Missed, Target, context_of, discover};
use crate::git::WorkTrees;
use crate::input::{self, Input, InputError, io_reason};
use crate::outcome::{Code, Decline, Outcome, Reason};
use crate::project::usage::{Unread, Uses, survey};
use crate::report::{FileReport, Format, Status, Verbosity};

/// The stack of a thread: parsers recurse, and threads get less than the main one by default.
const STACK: usize = 8 * 1024 * 1024;

/// A Dockerfile on its way through a run.
pub(super) struct Job {
    /// What came of it.
    pub(super) report: FileReport,
    /// What was read; `None` if that failed.
    pub(super) input: Option<Input>,
    /// The file behind all links; `None` for standard input and for what was not found.
    pub(super) real: Option<PathBuf>,
    /// How it is built; `None` where it could not be read.
    pub(super) ground: Option<Ground>,
}

/// What is the same for every Dockerfile of a run.
pub(super) struct Worker<'a> {
    invocation: &'a Invocation,
    core: &'a dyn Core,
    progress: &'a Progress,
    cwd: PathBuf,
    context: Option<PathBuf>,
    work_trees: WorkTrees,
    /// What each tree says about its Dockerfiles.
    uses: BTreeMap<PathBuf, Uses>,
}

impl<'a> Worker<'a> {
    /// Resolves the invocation's folders. The error names the one that is none.
    pub(super) fn new(
        invocation: &'a Invocation,
        core: &'a dyn Core,
        progress: &'a Progress,
    ) -> Result<Self, String> {
        let Invocation { cwd, context, .. } = invocation;
        let folder = |path: &Path| match fs::canonicalize(path) {
            Ok(path) if path.is_dir() => Ok(path),
            Ok(_) => Err("is not a folder".to_owned()),
            Err(error) => Err(io_reason(&error)),
        };
        let context = context.as_ref().map(|given| {
            folder(&cwd.join(given))
                .map_err(|reason| format!("`--context {}`: {reason}", given.display()))
        });
        let cwd = folder(cwd).map_err(|reason| format!("current folder: {reason}"))?;
        Ok(Self {
            invocation,
            core,
            progress,
            cwd,
            context: context.transpose()?,
            work_trees: WorkTrees::default(),
            uses: BTreeMap::new(),
        })
    }

    /// The jobs for the Dockerfiles that `paths` lead to, in the order of their paths, and what
    /// is to be said about the run as a whole.
    pub(super) fn files(&mut self, paths: &[PathBuf]) -> Result<(Vec<Job>, Vec<String>), String> {
        let mut described = BTreeMap::new();
        let found = discover(
            paths,
            &self.invocation.cwd,
            &self.invocation.exclude,
            &self.work_trees,
            &mut described,
        )?;
        let mut finder = self.finder()?;
        let deciding = self.deciding();
        let mut decided = deciding.all(found, &mut finder);
        // Behind the decisions: a pattern of a configuration may be for a file of another shard.
        if let Some(shard) = self.invocation.shard {
            decided.retain(|result| shard.holds(&self.key(result)));
        }
        self.progress.begin(decided.len());
        let threads = self.invocation.jobs.map_or(0, usize::from);
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK)
            .build();
        let pool = pool.map_err(|error| format!("cannot start threads: {error}"))?;
        let trees: BTreeSet<&Path> = decided
            .iter()
            .flatten()
            .map(|(found, _)| found.tree.as_path())
            .collect();
        // A tree that was walked as a whole needs no second walk.
        let mut survey = |tree: &Path| (tree.to_path_buf(), survey(tree, described.remove(tree)));
        self.uses = pool.install(|| trees.into_iter().map(&mut survey).collect());
        let (wrong, unread) = self.unread(&decided);
        let jobs: Vec<Job> = pool.install(|| {
            decided
                .into_par_iter()
                .map(|result| {
                    let job = self.file(result);
                    self.progress.step();
                    job
                })
                .collect()
        });
        let walked = decided::walked(paths, &self.cwd);
        let unused = finder.used().flat_map(|config| config.unused(&walked));
        let unused = unused.map(|ConfigError { place, message }| Missed {
            shown: PathBuf::from(place),
            reason: message,
        });
        let wrong = unused.chain(wrong).map(missed);
        Ok((wrong.chain(jobs).collect(), unread))
    }

    /// The build descriptions that could not be read: an error where one may be about a Dockerfile
    /// of this run, a warning elsewhere.
    fn unread(&self, decided: &[Result<(Found, Decided), Missed>]) -> (Vec<Missed>, Vec<String>) {
        let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
        for (tree, uses) in &self.uses {
            let below =
                |found: &Found| Some(found.path.strip_prefix(tree).ok()?.to_str()?.to_owned());
            let found = decided.iter().flatten().map(|(found, _)| found);
            let dockerfiles: Vec<String> = found.filter_map(below).collect();
            for unread in &uses.unread {
                let Unread {
                    path,
                    line,
                    message,
                } = unread;
                let full = tree.join(path);
                let shown = full.strip_prefix(&self.cwd).unwrap_or(&full).display();
                let line = line.map_or(String::new(), |line| format!(":{line}"));
                let place = format!("{shown}{line}");
                if dockerfiles.iter().any(|file| unread.is_about(file)) {
                    wrong.push(Missed {
                        shown: PathBuf::from(place),
                        reason: message.clone(),
                    });
                } else {
                    warnings.push(format!("{place}: {message}"));
                }
            }
        }
        (wrong, warnings)
    }

    /// What a shard goes by: the path from the root of the work tree.
    fn key(&self, decided: &Result<(Found, Decided), Missed>) -> String {
        match decided {
            Ok((found, _)) => slashed(&self.name_in_diff(&found.real)),
            Err(missed) => slashed(&missed.shown),
        }
    }

    fn finder(&self) -> Result<Finder, String> {
        Finder::new(&self.cwd, self.invocation.config.as_deref()).map_err(|error| error.to_string())
    }

    fn deciding(&self) -> Deciding<'_> {
        Deciding {
            invocation: self.invocation,
            context: self.context.as_deref(),
        }
    }

    /// The job for the Dockerfile that `stream` holds. What a configuration says about a
    /// Dockerfile of the current folder holds for it.
    pub(super) fn stream(&self, stream: &mut dyn Read) -> Result<Job, String> {
        let stop = self.work_trees.of(&self.cwd).unwrap_or(&self.cwd);
        let config = self.finder()?.of(&self.cwd, stop);
        let config = config.map_err(|error| error.to_string())?;
        let path = self.cwd.join("Dockerfile");
        let decided = self.deciding().of(&path, config.as_deref());
        let target = Target::new(PathBuf::from("-"), decided.context.clone());
        let input = input::from_stream(stream);
        // In a diff it gets the name that it most likely has.
        Ok(self.job(
            "<stdin>".to_owned(),
            None,
            input,
            Path::new("Dockerfile"),
            &decided,
            |_| target,
        ))
    }

    fn file(&self, found: Result<(Found, Decided), Missed>) -> Job {
        let (
            Found {
                path,
                real,
                shown,
                tree,
                ..
            },
            decided,
        ) = match found {
            Ok(found) => found,
            Err(error) => return missed(error),
        };
        let input = input::from_file(&real);
        let name = self.name_in_diff(&real);
        let target = |text: &str| self.target(&path, &tree, text, &decided);
        self.job(
            shown.display().to_string(),
            Some(real.clone()),
            input,
            &name,
            &decided,
            target,
        )
    }

    /// What the core is told about the Dockerfile at `path`: its context is the given one, else
    /// the one that its tree builds it from, else the one that has its files.
    fn target(&self, path: &Path, tree: &Path, text: &str, decided: &Decided) -> Target {
        let below = path.strip_prefix(tree).ok().and_then(Path::to_str);
        let uses = self.uses.get(tree).zip(below);
        let mut target = Target::new(path.to_path_buf(), decided.context.clone());
        target.usages = uses.map_or_else(Vec::new, |(uses, below)| uses.of(below).to_vec());
        if target.context.is_some() {
            return target;
        }
        target.tree = Some(tree.to_path_buf());
        let own = path.parent().unwrap_or(path);
        let contexts: Vec<PathBuf> = target
            .contexts()
            .into_iter()
            .map(|(folder, _)| folder)
            .collect();
        let named = contexts
            .iter()
            .find(|folder| *folder == own)
            .or(contexts.first());
        target.context = named.cloned();
        if target.context.is_none() {
            let stop = self.work_trees.of(own).unwrap_or(own);
            let Guess { folder, fits } = context_of(path, &self.core.copy_sources(text), stop);
            (target.context, target.fits) = (Some(folder), fits);
        }
        target
    }

    fn job(
        &self,
        shown: String,
        real: Option<PathBuf>,
        input: Result<Input, InputError>,
        name: &Path,
        decided: &Decided,
        target: impl FnOnce(&str) -> Target,
    ) -> Job {
        let in_tree = real.is_some().then(|| slashed(name));
        let (status, ground, input) = match input {
            Ok(input) => {
                let target = target(input.text());
                let status = self.status(&input, name, decided, &target);
                (
                    status,
                    Ground::of(&target, input.text(), decided),
                    Some(input),
                )
            }
            Err(error) => (Status::Failed(error.to_string()), None, None),
        };
        let toolchain = match (&status, &input) {
            (Status::Rewritten(rewrite, _), _) => Some(rewrite.toolchain),
            (_, Some(input)) => {
                catch_unwind(AssertUnwindSafe(|| self.core.toolchain(input.text())))
                    .unwrap_or_default()
            }
            (_, None) => None,
        };
        Job {
            report: FileReport {
                shown,
                in_tree,
                toolchain,
                status,
                proof: None,
            },
            input,
            real,
            ground,
        }
    }

    fn status(&self, input: &Input, name: &Path, decided: &Decided, target: &Target) -> Status {
        let text = input.text();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.core.restage(text, target, &decided.settings)
        }));
        match outcome {
            Ok(Outcome::Rewritten(rewrite)) if rewrite.text == text => {
                internal("the rewrite changes nothing")
            }
            Ok(Outcome::Rewritten(rewrite)) => {
                let diff = self.diff(name, input, &rewrite.text);
                Status::Rewritten(rewrite, diff)
            }
            Ok(Outcome::Unchanged(reason)) => Status::Unchanged(reason),
            Ok(Outcome::Declined(decline)) if decided.exclude_codes.contains(&decline.code) => {
                let Decline {
                    code,
                    line,
                    message,
                    ..
                } = decline;
                Status::Unchanged(Reason {
                    code,
                    line,
                    message,
                    hint: None,
                })
            }
            Ok(Outcome::Declined(decline)) => Status::Declined(decline),
            // One file that hits a bug must not cost the others their answers.
            Err(_) => internal("restage panicked on this file"),
        }
    }

    fn diff(&self, name: &Path, input: &Input, text: &str) -> Vec<DiffLine> {
        let wanted = self.invocation.format != Format::Diff || self.invocation.output.is_some();
        let shown = match self.invocation.mode {
            _ if wanted => true,
            Mode::Diff => true,
            Mode::Check => self.invocation.verbosity != Verbosity::Quiet,
            Mode::Write | Mode::Verify => false,
        };
        if shown {
            diff::unified(name, input.whole(), &input.with_text(text))
        } else {
            Vec::new()
        }
    }

    /// The path that a diff of `real` names, for a patch that applies where the run was started:
    /// from the root of the work tree there, or from the current folder. A file elsewhere is
    /// named from the root of its own work tree.
    fn name_in_diff(&self, real: &Path) -> PathBuf {
        let below = |folder: &Path| real.strip_prefix(folder).ok().map(Path::to_path_buf);
        let here = self.work_trees.of(&self.cwd).unwrap_or(&self.cwd);
        let own = || self.work_trees.of(real.parent()?);
        below(here)
            .or_else(|| below(own()?))
            .unwrap_or_else(|| real.to_path_buf())
    }
}

/// A path as every system writes it in a diff or an address.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/").replacen("//", "/", 1)
}

/// The job for what is no Dockerfile that could be worked on.
fn missed(Missed { shown, reason }: Missed) -> Job {
    Job {
        report: FileReport::new(shown.display().to_string(), Status::Failed(reason)),
        input: None,
        real: None,
        ground: None,
    }
}

fn internal(message: &str) -> Status {
    Status::Declined(
        Decline::new(Code::Internal, message).hint("please report it with the Dockerfile"),
    )
}

//! One invocation: find the Dockerfiles, ask the core about each, write or show what came of
//! them. An [`Invocation`] and streams in; an [`Exit`] out. One bad file never stops a run.

mod agreed;
mod apply;
mod core;
mod decided;
mod ground;
mod pipeline;
mod progress;
mod prove;
mod shard;
#[cfg(test)]
mod tests;
mod together;
mod worker;

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Choices;
use crate::report::model::{self, Report};
use crate::report::{Format, Palette, Reporter, Status, Tally, Verbosity, render, say_error};
use crate::template::Templates;
use crate::verify::{Verdict, Wishes};
use crate::write;

pub use self::core::{Core, Settings};
pub use self::pipeline::Pipeline;
pub use self::progress::Progress;
pub use self::shard::Shard;
use self::worker::{Job, Worker};

/// What one call of the program asks for.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Where the Dockerfiles are.
    pub subject: Subject,
    /// What is done with a rewrite.
    pub mode: Mode,
    /// The folder that relative paths count from: absolute.
    pub cwd: PathBuf,
    /// The build context of every Dockerfile; found for each when `None`.
    pub context: Option<PathBuf>,
    /// What is chosen for every Dockerfile, whatever a configuration says.
    pub choices: Choices,
    /// Templates in place of the built-in ones and of those of a configuration.
    pub templates: Option<Arc<Templates>>,
    /// The only configuration; each Dockerfile's nearest one when `None`.
    pub config: Option<PathBuf>,
    /// Globs that a walk leaves out.
    pub exclude: Vec<String>,
    /// The part of the Dockerfiles that this run is about; all of them when `None`.
    pub shard: Option<Shard>,
    /// Write files with changes that are not committed.
    pub allow_dirty: bool,
    /// Treat a declined file as a failure.
    pub strict: bool,
    /// Number of workers; that of the processors when `None`.
    pub jobs: Option<NonZeroUsize>,
    /// How much is said on standard error.
    pub verbosity: Verbosity,
    /// Say why each emitted line is there.
    pub explain: bool,
    /// Whether rewrites are built and run beside their originals, and how.
    pub verify: Option<Verify>,
    /// How the results are told.
    pub format: Format,
    /// The file that takes them instead of standard output.
    pub output: Option<PathBuf>,
}

impl Invocation {
    /// Whether standard output takes the Dockerfile that came on standard input.
    pub fn is_filter(&self) -> bool {
        self.mode == Mode::Write && matches!(self.subject, Subject::Stdin)
    }
}

/// Where the Dockerfiles are.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Files and folders; the current folder when there is none.
    Paths(Vec<PathBuf>),
    /// One Dockerfile on standard input.
    Stdin,
}

/// How rewrites are proved.
#[derive(Debug, Clone, Default)]
pub struct Verify {
    /// What is chosen for every Dockerfile, whatever a configuration says.
    pub wishes: Wishes,
    /// The Dockerfile that the named one is compared with; the last commit's when `None`.
    pub original: Option<PathBuf>,
}

/// What is done with a rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Show it as a diff.
    Diff,
    /// Write it to the file, or to standard output when the file came on standard input.
    Write,
    /// Show it as a diff unless told to be quiet, and have the exit code tell.
    Check,
    /// Build and run it beside its original, and have the exit code tell.
    Verify,
}

impl From<Mode> for model::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Diff => Self::Diff,
            Mode::Write => Self::Write,
            Mode::Check => Self::Check,
            Mode::Verify => Self::Verify,
        }
    }
}

/// The streams of the process.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: the report, or a rewritten Dockerfile.
    pub out: &'a mut dyn Write,
    /// Standard error: everything else.
    pub err: &'a mut dyn Write,
    /// The styles of `out`.
    pub out_palette: Palette,
    /// The styles of `err`.
    pub err_palette: Palette,
    /// Who watches the run.
    pub progress: Progress,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to do, or done.
    Done,
    /// `--check` found a change, or `--strict` a declined file.
    Found,
    /// Something could not be read, written or understood.
    Failed,
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Failed => 2,
        }
    }
}

/// Does what `invocation` asks for. The error is that of an output stream; a broken pipe is one,
/// and by then everything that was to be written to files has been written.
pub fn run(invocation: &Invocation, core: &dyn Core, streams: Streams<'_>) -> io::Result<Exit> {
    let Streams {
        input,
        out,
        err,
        out_palette,
        err_palette,
        progress,
    } = streams;
    let work = work(invocation, core, input, &progress);
    progress.end();
    let work = match work {
        Ok(work) => work,
        Err(message) => {
            say_error(err, err_palette, &message)?;
            return Ok(Exit::Failed);
        }
    };
    if let (true, [job]) = (invocation.is_filter(), work.jobs.as_slice()) {
        filtered(job, out)?;
    }
    let mut told = Vec::new();
    let to_file = invocation.output.is_some();
    let tally = report(
        invocation,
        &work,
        &mut Reporter {
            out: if to_file { &mut told } else { out },
            err: &mut *err,
            out_palette: if to_file {
                Palette::default()
            } else {
                out_palette
            },
            err_palette,
            verbosity: invocation.verbosity,
            explain: invocation.explain,
            mode: invocation.mode.into(),
            elsewhere: invocation.format != Format::Diff,
        },
    )?;
    if let Some(path) = &invocation.output
        && let Err(error) = write::put(&invocation.cwd.join(path), &told)
    {
        let message = format!("`--output {}`: {error}", path.display());
        say_error(err, err_palette, &message)?;
        return Ok(Exit::Failed);
    }
    Ok(exit(invocation, &tally))
}

/// Tells what the run came to, and counts it.
fn report(invocation: &Invocation, work: &Work, reporter: &mut Reporter<'_>) -> io::Result<Tally> {
    let Work { jobs, warnings } = work;
    for warning in warnings {
        reporter.warning(warning)?;
    }
    if jobs.is_empty() {
        let part = match invocation.shard {
            Some(_) => "this shard of ",
            None => "",
        };
        reporter.note(&format!(
            "no Dockerfile found in {part}`{}`",
            invocation.cwd.display()
        ))?;
    }
    for job in jobs {
        reporter.file(&job.report)?;
        // What is said of a file stands below its diff where both go to one terminal.
        reporter.out.flush()?;
        reporter.err.flush()?;
    }
    let texts = jobs.iter().map(|job| {
        let text = job.input.as_ref().map(crate::input::Input::text);
        (&job.report, text)
    });
    let report = Report::new(invocation.mode.into(), warnings, texts);
    if invocation.format != Format::Diff {
        render(invocation.format, &report, invocation.strict, reporter.out)?;
        reporter.out.flush()?;
    }
    reporter.summary(&report.summary)?;
    reporter.err.flush()?;
    Ok(report.summary)
}

/// What a run came to.
struct Work {
    jobs: Vec<Job>,
    /// What is wrong without being the fault of one Dockerfile.
    warnings: Vec<String>,
}

/// Everything but the report: the files are read, restaged and, if asked for, written. The error
/// is one of the invocation as a whole.
fn work(
    invocation: &Invocation,
    core: &dyn Core,
    stdin: &mut dyn Read,
    progress: &Progress,
) -> Result<Work, String> {
    let mut worker = Worker::new(invocation, core, progress)?;
    let (mut jobs, warnings) = match &invocation.subject {
        Subject::Stdin => (vec![worker.stream(stdin)?], Vec::new()),
        Subject::Paths(paths) => worker.files(paths)?,
    };
    if let Some(verify) = &invocation.verify {
        prove::prove(&mut jobs, invocation, verify, progress)?;
    }
    if invocation.mode == Mode::Write {
        apply::apply(&mut jobs, invocation.allow_dirty);
    }
    Ok(Work { jobs, warnings })
}

/// A filter gives back what it does not change, so that `restage - --write <a >b` loses nothing.
fn filtered(job: &Job, out: &mut dyn Write) -> io::Result<()> {
    let Some(input) = &job.input else {
        return Ok(());
    };
    match &job.report.status {
        Status::Rewritten(rewrite, _) => {
            out.write_all(input.with_text(&rewrite.text).as_bytes())?;
        }
        _ => out.write_all(input.whole().as_bytes())?,
    }
    out.flush()
}

fn exit(invocation: &Invocation, tally: &Tally) -> Exit {
    let change = invocation.mode == Mode::Check && tally.rewritten > 0;
    let refusal = invocation.strict && tally.declined > 0;
    let proofs = tally.proofs.as_ref();
    let unproved = proofs.is_some_and(|proofs| proofs.count > proofs.of(Verdict::Proved));
    match tally.failed {
        0 if change || refusal || unproved => Exit::Found,
        0 => Exit::Done,
        _ => Exit::Failed,
    }
}

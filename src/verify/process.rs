//! One program of the machine as an argument vector in; its exit code and what it wrote out. The
//! program is a builder or an engine, never one of the project.
//!
//! Nothing waits for ever: a call has a deadline, what it writes is kept up to a limit, and it ends
//! when the user interrupts the run. Each program leads a process group of its own, so that a Ctrl-C
//! on the terminal reaches us alone and we end it in good order.

use std::fmt;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::interrupt;
use super::part::part;
use super::written::{Listener, Written, heard};

/// How often a running program is looked at.
const PACE: Duration = Duration::from_millis(20);

/// Why a call came to nothing.
#[derive(Debug)]
pub(super) enum CallError {
    /// There is no such program.
    NotFound(String),
    /// It took longer than it may.
    TooLong(Duration),
    /// The user interrupts the run.
    Interrupted,
    /// The operating system says no.
    Io(io::Error),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(program) => write!(f, "there is no program `{program}` in PATH"),
            Self::TooLong(limit) => write!(f, "it took longer than {} s", limit.as_secs()),
            Self::Interrupted => write!(f, "interrupted"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallError {}

/// How a program ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub(super) code: Option<i32>,
    /// Standard output.
    pub(super) out: Written,
    /// Standard error.
    pub(super) err: Written,
    /// How long it ran.
    pub(super) took: Duration,
}

impl Ended {
    /// Whether it says that all went well.
    pub(super) fn is_good(&self) -> bool {
        self.code == Some(0)
    }

    /// The last lines of all that it wrote, for a message.
    pub(super) fn last_words(&self, lines: usize) -> String {
        let all = format!("{}{}", self.out.text(), self.err.text());
        let all: Vec<&str> = all.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = all.get(all.len().saturating_sub(lines)..);
        last.unwrap_or_default().join("\n")
    }
}

/// An argument vector with what it may take.
#[derive(Debug, Clone)]
pub(super) struct Call {
    program: String,
    args: Vec<String>,
    /// Variables beside those of our own environment.
    env: Vec<(&'static str, &'static str)>,
    limit: Duration,
    keep: usize,
    /// Whether it is made and ended although the user interrupts the run.
    always: bool,
    /// Whether it runs steps of its own, as builders do.
    has_steps: bool,
}

impl Call {
    /// Of `program`, which is looked up in PATH.
    pub(super) fn new(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            limit: Duration::from_secs(120),
            keep: 4 << 20,
            always: false,
            has_steps: false,
        }
    }

    /// With one more argument.
    pub(super) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// With more arguments.
    pub(super) fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With a variable in its environment.
    pub(super) fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    /// Given up after this time.
    pub(super) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Keeping so many bytes of each stream.
    pub(super) fn keeping(mut self, bytes: usize) -> Self {
        self.keep = bytes;
        self
    }

    /// To tidy up: made and ended although the user interrupts the run.
    pub(super) fn even_if_interrupted(mut self) -> Self {
        self.always = true;
        self
    }

    /// A builder: ended by its steps.
    pub(super) fn in_steps(mut self) -> Self {
        self.has_steps = true;
        self
    }

    fn is_off(&self) -> bool {
        !self.always && interrupt::is_set()
    }

    /// Runs it to its end.
    pub(super) fn end(&self) -> Result<Ended, CallError> {
        self.end_heard(&|_| {})
    }

    /// Runs it to its end, each line told to `listener`.
    pub(super) fn end_heard(&self, listener: Listener<'_>) -> Result<Ended, CallError> {
        let mut child = self.spawn()?;
        let begun = Instant::now();
        let (out, err) = (child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            let out = scope.spawn(|| heard(out, self.keep, listener));
            let err = scope.spawn(|| heard(err, self.keep, listener));
            let status = wait(&mut child, self.limit, self.has_steps, || self.is_off());
            let (out, err) = (out.join(), err.join());
            Ok(Ended {
                code: status?.code(),
                out: out.unwrap_or_default(),
                err: err.unwrap_or_default(),
                took: begun.elapsed(),
            })
        })
    }

    /// Runs it and hands its standard output to `reader`; the end of that is the end of it.
    pub(super) fn read<T>(&self, reader: impl FnOnce(&mut dyn Read) -> T) -> Result<T, CallError> {
        let mut child = self.spawn()?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            let err = scope.spawn(|| heard(err, self.keep, &|_| {}));
            let result = out.map(|mut out| {
                let result = reader(&mut out);
                // A program that is not read to its end would wait for ever.
                let _ = io::copy(&mut out, &mut io::sink());
                result
            });
            let status = wait(&mut child, self.limit, self.has_steps, || self.is_off())?;
            let said = err.join().unwrap_or_default();
            match result {
                Some(result) if status.success() => Ok(result),
                _ => Err(CallError::Io(io::Error::other(said.text()))),
            }
        })
    }

    /// Starts it and lets it run.
    pub(super) fn start(&self) -> Result<Running, CallError> {
        let mut child = self.spawn()?;
        let keep = self.keep;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        Ok(Running {
            out: Some(thread::spawn(move || heard(out, keep, &|_| {}))),
            err: Some(thread::spawn(move || heard(err, keep, &|_| {}))),
            begun: Instant::now(),
            child,
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "what a builder makes of a file can be told by a builder alone"
    )]
    fn spawn(&self) -> Result<Child, CallError> {
        if self.is_off() {
            return Err(CallError::Interrupted);
        }
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null());
        command.envs(self.env.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => CallError::NotFound(self.program.clone()),
            _ => CallError::Io(error),
        })
    }
}

/// The arguments as a shell would take them, to be shown.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.args.iter().try_for_each(|arg| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c);
            if !arg.is_empty() && arg.chars().all(plain) {
                write!(f, " {arg}")
            } else {
                write!(f, " '{}'", arg.replace('\'', "'\\''"))
            }
        })
    }
}

/// A program that runs beside us. It is ended when the value is dropped.
pub(super) struct Running {
    child: Child,
    out: Option<JoinHandle<Written>>,
    err: Option<JoinHandle<Written>>,
    begun: Instant,
}

impl Running {
    /// Whether it has ended.
    pub(super) fn is_over(&mut self) -> Result<bool, CallError> {
        Ok(self.child.try_wait().map_err(CallError::Io)?.is_some())
    }

    /// Since when it runs.
    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// Waits for its end, for so long.
    pub(super) fn wait(mut self, limit: Duration) -> Result<Ended, CallError> {
        let status = wait(&mut self.child, limit, false, interrupt::is_set)?;
        let written = |reader: Option<JoinHandle<Written>>| {
            let written = reader.and_then(|reader| reader.join().ok());
            written.unwrap_or_default()
        };
        Ok(Ended {
            code: status.code(),
            out: written(self.out.take()),
            err: written(self.err.take()),
            took: self.begun.elapsed(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            part(&mut self.child, false);
        }
    }
}

/// Waits until the child ends, the time is up or the user has enough; then it is ended.
fn wait(
    child: &mut Child,
    limit: Duration,
    has_steps: bool,
    is_off: impl Fn() -> bool,
) -> Result<ExitStatus, CallError> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().map_err(CallError::Io)? {
            return Ok(status);
        }
        let error = if is_off() {
            CallError::Interrupted
        } else if Instant::now() > deadline {
            CallError::TooLong(limit)
        } else {
            thread::sleep(PACE);
            continue;
        };
        part(child, has_steps);
        return Err(error);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn shell(script: &str) -> Call {
        Call::new("sh").args(["-c", script])
    }

    #[test]
    fn a_program_ends_with_its_code_and_its_words() {
        let lines = Mutex::new(Vec::new());
        let call = shell("echo one; echo two; echo three >&2; exit 3");
        let ended = call
            .end_heard(&|line| lines.lock().unwrap().push(line.to_owned()))
            .unwrap();
        assert_eq!((ended.code, ended.is_good()), (Some(3), false));
        assert_eq!(ended.out.text(), "one\ntwo\n");
        assert_eq!(ended.err.text(), "three\n");
        assert_eq!(ended.last_words(2), "two\nthree");
        let mut lines = lines.into_inner().unwrap();
        lines.sort_unstable();
        assert_eq!(lines, ["one", "three", "two"]);
    }

    #[test]
    fn arguments_are_never_a_shell_text() {
        let ended = Call::new("echo").arg("$HOME; ls `pwd`").end().unwrap();
        assert_eq!(ended.out.text(), "$HOME; ls `pwd`\n");
        let shown = Call::new("x").args(["a=b", "it's", ""]).to_string();
        assert_eq!(shown, r"x a=b 'it'\''s' ''");
    }

    #[test]
    fn much_output_is_cut_at_its_beginning() {
        let ended = shell("yes | head -c 100000; echo end")
            .keeping(20)
            .end()
            .unwrap();
        assert!(ended.out.text().ends_with("y\nend\n"));
        assert_eq!(ended.out.text().len(), 20);
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let limit = Duration::from_millis(100);
        let error = shell("sleep 60").within(limit).end().unwrap_err();
        assert!(matches!(error, CallError::TooLong(_)), "{error}");
        let error = Call::new("restage-no-such-program").end().unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no program `restage-no-such-program` in PATH"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_it_started_is_ended_first_so_that_it_can_tidy_up() {
        let folder = tempfile::tempdir().unwrap();
        let tidied = folder.path().join("tidied");
        let script = format!("sh -c 'sleep 60'; touch {}", tidied.display());
        let limit = Duration::from_millis(500);
        let begun = Instant::now();
        shell(&script).in_steps().within(limit).end().unwrap_err();
        assert!(tidied.exists());
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn output_can_be_read_as_a_stream_and_not_to_its_end() {
        let head = shell("yes | head -n 100000")
            .read(|out| {
                let mut head = [0; 2];
                out.read_exact(&mut head).map(|()| head)
            })
            .unwrap();
        assert_eq!(head.unwrap(), *b"y\n");
        let error = shell("echo why >&2; exit 1").read(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "why\n");
    }
}

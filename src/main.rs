//! The program: parses arguments, calls the library, maps the outcome to an exit code.

mod cli;

use std::env;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::AutoStream;
use anstream::stream::RawStream;
use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, Parser as _};
use clap_complete::Shell;
use restage::config::{self, Choices};
use restage::input::io_reason;
use restage::options::Cache;
use restage::outcome::Code;
use restage::report::{Format, Palette, Verbosity, explain, list_codes, unknown_code};
use restage::run::{self, Exit, Invocation, Mode, Pipeline, Progress, Streams, Subject};
use restage::template::Templates;
use restage::verify::{Wishes, entry, interrupt};

use crate::cli::{Cli, Command, Common, Run, Verify};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Some(Command::Explain { code }) => explain_code(code.as_deref()),
        Some(Command::Completions { shell }) => print(&completions(shell)),
        Some(Command::Ask {
            process,
            port,
            path,
        }) => return ask(process, port, &path),
        Some(Command::Man) => manual().and_then(|page| print(&page)),
        Some(Command::Init) => init(),
        Some(Command::Verify(arguments)) => verify(*arguments),
        None => rewrite(cli.run),
    };
    match result {
        Ok(exit) => ExitCode::from(exit.code()),
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell it to if this fails too.
            let _ = writeln!(
                io::stderr(),
                "error: cannot write the output: {}",
                io_reason(&error)
            );
            ExitCode::from(Exit::Failed.code())
        }
    }
}

/// Writes what a server in the network of a container says.
fn ask(process: i32, port: u16, path: &str) -> ExitCode {
    let said = entry::said(process, port, path);
    match said.and_then(|bytes| print(&bytes)) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}", io_reason(&error));
            ExitCode::from(Exit::Failed.code())
        }
    }
}

fn explain_code(name: Option<&str>) -> io::Result<Exit> {
    let text = match name.map(str::parse::<Code>) {
        None => list_codes(),
        Some(Ok(code)) => explain(code),
        Some(Err(_)) => {
            writeln!(
                io::stderr(),
                "error: {}",
                unknown_code(name.unwrap_or_default())
            )?;
            return Ok(Exit::Failed);
        }
    };
    print(text.as_bytes())
}

fn print(text: &[u8]) -> io::Result<Exit> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()?;
    Ok(Exit::Done)
}

/// What a shell needs to complete our arguments. Made in memory, because the generator panics when
/// it cannot write.
fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "restage", &mut script);
    script
}

/// The manual page, in the language of roff.
fn manual() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .date("")
        .render(&mut page)?;
    Ok(page)
}

/// Writes the configuration with the defaults, never over one that is there.
fn init() -> io::Result<Exit> {
    let path = env::current_dir()?.join(config::NAME);
    match config::init(&path) {
        Ok(()) => {
            writeln!(io::stderr(), "wrote `{}`", path.display())?;
            Ok(Exit::Done)
        }
        Err(reason) => {
            writeln!(io::stderr(), "error: {}: {reason}", config::NAME)?;
            Ok(Exit::Failed)
        }
    }
}

fn rewrite(arguments: Run) -> io::Result<Exit> {
    let mode = match (arguments.write, arguments.check) {
        (true, _) => Mode::Write,
        (_, true) => Mode::Check,
        _ => Mode::Diff,
    };
    let proofs = arguments.verify.then(run::Verify::default);
    go(
        arguments.paths,
        arguments.common,
        mode,
        proofs,
        arguments.allow_dirty,
    )
}

fn verify(arguments: Verify) -> io::Result<Exit> {
    if arguments.original.is_some() && arguments.paths.len() != 1 {
        let message = "`--original` is compared with one Dockerfile: name it";
        Cli::command()
            .error(ErrorKind::WrongNumberOfValues, message)
            .exit()
    }
    let proofs = run::Verify {
        wishes: Wishes {
            builder: arguments.builder,
            scanner: arguments.scanner,
            network: arguments.network,
            memory: arguments.memory,
            start_seconds: arguments.start_seconds,
            stop_seconds: arguments.stop_seconds,
            build_seconds: arguments.build_seconds,
            rebuild: arguments.no_rebuild.then_some(false),
            build_opts: arguments.build_opt,
            run_opts: arguments.run_opt,
            ..Wishes::default()
        },
        original: arguments.original,
    };
    go(
        arguments.paths,
        arguments.common,
        Mode::Verify,
        Some(proofs),
        false,
    )
}

fn go(
    paths: Vec<PathBuf>,
    arguments: Common,
    mode: Mode,
    proofs: Option<run::Verify>,
    allow_dirty: bool,
) -> io::Result<Exit> {
    if proofs.is_some()
        && let Err(reason) = interrupt::listen()
    {
        writeln!(io::stderr(), "error: {reason}")?;
        return Ok(Exit::Failed);
    }
    entry::offer(env::current_exe().ok(), "ask");
    // Not locked: a worker that panics writes to standard error, and would wait for ever.
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let (out_palette, err_palette) = (
        palette(arguments.color, &stdout),
        palette(arguments.color, &stderr),
    );
    if arguments.no_buildkit && arguments.cache == Some(Cache::Mounts) {
        let message = "`--cache mounts` needs BuildKit, which `--no-buildkit` does without";
        Cli::command()
            .error(ErrorKind::ArgumentConflict, message)
            .exit()
    }
    let templates = match arguments
        .template_dir
        .as_deref()
        .map(Templates::load)
        .transpose()
    {
        Ok(templates) => templates.map(Arc::new),
        Err(error) => {
            writeln!(io::stderr(), "error: {error:#}")?;
            return Ok(Exit::Failed);
        }
    };
    let streams = Streams {
        input: &mut io::stdin().lock(),
        out: &mut BufWriter::new(stream(stdout, out_palette)),
        err: &mut BufWriter::new(stream(stderr, err_palette)),
        out_palette,
        err_palette,
        progress: Progress::new(!arguments.quiet),
    };
    let invocation = Invocation {
        mode,
        verify: proofs,
        allow_dirty,
        ..invocation(paths, arguments, templates, env::current_dir()?)
    };
    if invocation.is_filter() && invocation.format != Format::Diff && invocation.output.is_none() {
        let message = "standard output takes the Dockerfile here: name a file for the report with \
                       `--output`";
        Cli::command()
            .error(ErrorKind::MissingRequiredArgument, message)
            .exit()
    }
    run::run(&invocation, &Pipeline::default(), streams)
}

fn invocation(
    paths: Vec<PathBuf>,
    arguments: Common,
    templates: Option<Arc<Templates>>,
    cwd: PathBuf,
) -> Invocation {
    let subject = match paths.as_slice() {
        [path] if path.as_path() == Path::new("-") => Subject::Stdin,
        paths if paths.iter().any(|path| path.as_path() == Path::new("-")) => {
            let message = "`-` stands alone: standard input holds one Dockerfile";
            Cli::command()
                .error(ErrorKind::ArgumentConflict, message)
                .exit()
        }
        _ => Subject::Paths(paths),
    };
    Invocation {
        subject,
        mode: Mode::Diff,
        cwd,
        context: arguments.context,
        choices: Choices {
            runtime: arguments.runtime,
            user: arguments.user,
            toolchains: (!arguments.toolchains.is_empty()).then_some(arguments.toolchains),
            buildkit: arguments.no_buildkit.then_some(false),
            cache: arguments.cache,
            strip: arguments.strip.then_some(true),
            harden: arguments.harden.then_some(true),
            secrets: arguments.secrets.then_some(true),
            ..Choices::default()
        },
        templates,
        config: arguments.config,
        exclude: arguments.exclude,
        shard: arguments.shard,
        allow_dirty: false,
        verify: None,
        strict: arguments.strict,
        jobs: arguments.jobs,
        verbosity: match (arguments.quiet, arguments.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        },
        explain: arguments.explain,
        format: arguments.format,
        output: arguments.output,
    }
}

/// Colour is for terminals: an environment that forces it must not break `restage | git apply`.
fn palette(when: ColorChoice, stream: &impl RawStream) -> Palette {
    Palette::new(match when {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            stream.is_terminal() && AutoStream::choice(stream) != anstream::ColorChoice::Never
        }
    })
}

/// A stream without colour is passed through, not stripped: what looks like a colour there is a
/// part of somebody's file.
fn stream<S: RawStream>(stream: S, palette: Palette) -> AutoStream<S> {
    let always = if palette.colour {
        anstream::ColorChoice::Always
    } else {
        anstream::ColorChoice::AlwaysAnsi
    };
    AutoStream::new(stream, always)
}

//! The command line as clap sees it, and nothing else: arguments in, typed values out.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, ColorChoice, Parser, Subcommand};
use clap_complete::Shell;
use restage::options::{Cache, Runtime, User};
use restage::report::Format;
use restage::run::Shard;
use restage::toolchain;
use restage::verify::{Builder, ScannerWish};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  restage                        show what would change below the current folder
  restage | git apply            apply it with git
  restage --write services/api   apply it to one folder
  restage --check                for CI: exit 1 when something would change
  restage - --context . < Dockerfile

Exit codes:
  0  nothing to do, or done
  1  `--check` found a change, `verify` a difference, or `--strict` a declined Dockerfile
  2  something could not be read, written or understood";

/// Rewrite single-stage Dockerfiles into builder and runtime stages that behave as the original did
///
/// Without `--write` nothing is changed: a unified diff goes to standard output, and notes,
/// declined files and a summary go to standard error.
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// What restage does besides rewriting.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what a code means and what to do about it; without CODE, list all codes
    Explain {
        /// A code, as it stands in the brackets of a message
        code: Option<String>,
    },

    /// Build each rewrite and its original, run both and compare
    ///
    /// A Dockerfile that was rewritten already is compared with the last commit. Nothing of a
    /// project runs outside of containers, and what is built is removed.
    Verify(Box<Verify>),

    /// Write a commented `.restage.yaml` with the defaults to the current folder
    Init,

    /// Print the completions of a shell, to be sourced or put where it looks for them
    Completions {
        /// Which shell
        shell: Shell,
    },

    /// Ask a server in the network of a container, for `verify` where that takes a process of its own
    #[command(hide = true)]
    Ask {
        /// A process of the container, by its number on this machine
        process: i32,
        /// The port
        port: u16,
        /// The path with its query
        path: String,
    },

    /// Print the manual page, for `man -l -`
    #[command(hide = true)]
    Man,
}

/// What rewriting takes.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct Run {
    /// Dockerfiles, or folders to walk (gitignore respected); `-` for standard input [default: .]
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,

    /// Write the rewrites to their files; with `-`, write the Dockerfile to standard output
    #[arg(short, long, conflicts_with = "check")]
    pub(crate) write: bool,

    /// Exit with 1 when something would change
    #[arg(long)]
    pub(crate) check: bool,

    /// Write files even when they have uncommitted changes
    #[arg(long, requires = "write")]
    pub(crate) allow_dirty: bool,

    /// Write only what `restage verify` proves; its options are taken from `.restage.yaml`
    #[arg(long, requires = "write")]
    pub(crate) verify: bool,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// What verifying takes.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Dockerfiles, or folders to walk [default: .]
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,

    /// The Dockerfile to compare PATHS with, as they are now [default: that of the last commit]
    #[arg(long, value_name = "FILE")]
    pub(crate) original: Option<PathBuf>,

    /// What builds the images [default: the first of these that works here]
    #[arg(
        long, value_name = "BUILDER",
        value_parser = PossibleValuesParser::new(Builder::ALL.map(Builder::as_str)).try_map(|name| name.parse::<Builder>()),
        help_heading = "Building and running"
    )]
    pub(crate) builder: Option<Builder>,

    /// What counts known vulnerabilities in both images [default: auto, whichever is installed]
    #[arg(
        long, value_name = "SCANNER",
        value_parser = PossibleValuesParser::new(ScannerWish::ALL.map(ScannerWish::as_str)).try_map(|name| name.parse::<ScannerWish>()),
        help_heading = "Building and running"
    )]
    pub(crate) scanner: Option<ScannerWish>,

    /// One more argument of every build; may be repeated
    #[arg(
        long,
        value_name = "ARG",
        allow_hyphen_values = true,
        help_heading = "Building and running"
    )]
    pub(crate) build_opt: Vec<String>,

    /// One more argument of every run; may be repeated
    #[arg(
        long,
        value_name = "ARG",
        allow_hyphen_values = true,
        help_heading = "Building and running"
    )]
    pub(crate) run_opt: Vec<String>,

    /// The network of the containers, such as `none` or `host` [default: none]
    #[arg(long, value_name = "NAME", help_heading = "Building and running")]
    pub(crate) network: Option<String>,

    /// The memory of a container; `0` for no limit [default: 2g]
    #[arg(long, value_name = "SIZE", help_heading = "Building and running")]
    pub(crate) memory: Option<String>,

    /// Seconds that a program may take to start [default: 60]
    #[arg(long, value_name = "SECONDS", help_heading = "Building and running")]
    pub(crate) start_seconds: Option<u64>,

    /// Seconds that a program may take to end when it is asked to [default: 10]
    #[arg(long, value_name = "SECONDS", help_heading = "Building and running")]
    pub(crate) stop_seconds: Option<u64>,

    /// Seconds that a build may take [default: 1800]
    #[arg(long, value_name = "SECONDS", help_heading = "Building and running")]
    pub(crate) build_seconds: Option<u64>,

    /// Do not build the rewrite again after a change of a source
    #[arg(long, help_heading = "Building and running")]
    pub(crate) no_rebuild: bool,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// What both take.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct Common {
    /// Treat a declined Dockerfile as a failure (exit code 1)
    #[arg(long)]
    pub(crate) strict: bool,

    /// What the final stage stands on [default: auto]
    #[arg(
        long, value_name = "RUNTIME",
        value_parser = PossibleValuesParser::new(Runtime::ALL.map(Runtime::as_str)).try_map(|name| name.parse::<Runtime>()),
        help_heading = "Rewriting"
    )]
    pub(crate) runtime: Option<Runtime>,

    /// Whom the final stage runs as: `nonroot`, `keep`, or numbers as UID[:GID] [default: nonroot]
    #[arg(long, value_name = "USER", help_heading = "Rewriting")]
    pub(crate) user: Option<User>,

    /// Rewrite Dockerfiles of this toolchain only; may be repeated
    #[arg(
        long = "toolchain", value_name = "NAME",
        value_parser = PossibleValuesParser::new(toolchain::ALL.iter().map(|toolchain| toolchain.name())),
        help_heading = "Rewriting"
    )]
    pub(crate) toolchains: Vec<String>,

    /// Use nothing that only BuildKit has, such as `RUN --mount`
    #[arg(long, help_heading = "Rewriting")]
    pub(crate) no_buildkit: bool,

    /// Where dependencies are kept between builds: in layers, or in cache mounts (Go, Rust)
    #[arg(
        long, value_name = "CACHE",
        value_parser = PossibleValuesParser::new(Cache::ALL.map(Cache::as_str)).try_map(|name| name.parse::<Cache>()),
        help_heading = "Rewriting"
    )]
    pub(crate) cache: Option<Cache>,

    /// Build Go programs without debug information and paths (`-trimpath -ldflags "-s -w"`)
    #[arg(long, help_heading = "Rewriting")]
    pub(crate) strip: bool,

    /// Where a second stage would gain nothing, order the one stage for the cache and let it run as another user than root
    #[arg(long, help_heading = "Rewriting")]
    pub(crate) harden: bool,

    /// Let builds take tokens from secret mounts in place of build args and files (BuildKit)
    #[arg(long, conflicts_with = "no_buildkit", help_heading = "Rewriting")]
    pub(crate) secrets: bool,

    /// A folder with templates that replace the built-in ones
    #[arg(long, value_name = "DIR", help_heading = "Rewriting")]
    pub(crate) template_dir: Option<PathBuf>,

    /// The only configuration file [default: the nearest `.restage.yaml` upwards from each Dockerfile]
    #[arg(long, value_name = "FILE", help_heading = "Finding")]
    pub(crate) config: Option<PathBuf>,

    /// The build context [default: the Dockerfile's folder, or the one above it that has its files]
    #[arg(long, value_name = "DIR", help_heading = "Finding")]
    pub(crate) context: Option<PathBuf>,

    /// Leave out what this gitignore-style glob matches; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Finding")]
    pub(crate) exclude: Vec<String>,

    /// Work on part I of N alone; each Dockerfile is in exactly one part
    #[arg(long, value_name = "I/N", help_heading = "Finding")]
    pub(crate) shard: Option<Shard>,

    /// Number of files worked on at once [default: one per processor; for `verify` one]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// How to report what came of the files
    #[arg(
        long, value_name = "FORMAT", default_value_t,
        value_parser = PossibleValuesParser::new(Format::ALL.map(Format::as_str)).try_map(|name| name.parse::<Format>()),
        help_heading = "Output"
    )]
    pub(crate) format: Format,

    /// Write the report to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,

    /// For each emitted line, print the rule and the evidence behind it
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,

    /// Colour the output
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: ColorChoice,

    /// Print errors and the report only; with `--check`, errors only
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "verbose", help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Also print the files that stay as they are
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from([&["restage"], arguments].concat())
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn explain_is_a_subcommand_and_a_path_of_that_name_stays_possible() {
        assert!(parse(&["explain", "onbuild"]).unwrap().command.is_some());
        for arguments in [
            &["./explain"][..],
            &["a", "explain"],
            &["--", "explain"],
            &["--write", "./explain"],
        ] {
            let cli = parse(arguments).unwrap();
            assert!(cli.command.is_none(), "{arguments:?}");
            assert!(
                cli.run.paths.last().unwrap().ends_with("explain"),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn values_are_typed() {
        let run = parse(&[
            "--runtime",
            "alpine",
            "--user",
            "1000:0",
            "--toolchain",
            "go",
            "-",
        ])
        .unwrap()
        .run;
        assert_eq!(run.common.runtime, Some(Runtime::Alpine));
        assert_eq!(run.common.user, Some(User::Ids(1000, Some(0))));
        assert_eq!(run.paths, [PathBuf::from("-")]);
        let run = parse(&[]).unwrap().run;
        assert_eq!((run.common.runtime, run.common.user), (None, None));
    }

    #[test]
    fn contradictions_are_refused() {
        for wrong in [
            &["--write", "--check"][..],
            &["--quiet", "--verbose"],
            &["--allow-dirty"],
            &["--jobs", "0"],
            &["--runtime", "ubuntu"],
            &["--user", "app"],
            &["--toolchain", "cobol"],
            &["--cache", "registry"],
            &["--secrets", "--no-buildkit"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

//! Whole processes, timed: restage on a tree, and the linters that people run today.
//!
//! Wall time, the shortest of several runs: other work on the machine only ever adds to it.
//! Peak memory: `/usr/bin/time -v target/release/restage -q DIR`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// Runs of which the shortest counts.
const RUNS: usize = 3;

/// Linters take their files as arguments: as many at once as every kernel allows.
const AT_ONCE: usize = 1_000;

/// Times a dry run and `--check`.
pub(crate) fn restage(folder: &Path, services: u32) -> Result<()> {
    for mode in [&[][..], &["--check"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_restage"));
        command.args(mode).arg(folder);
        let time = shortest(|| run(&mut command)).context("restage")?;
        let seconds = time.as_secs_f64();
        let rate = f64::from(services) / seconds;
        println!(
            "  restage {:<8} {seconds:8.2} s  {rate:.0} services a second",
            mode.concat()
        );
    }
    Ok(())
}

/// Times hadolint and tally, each where it is installed.
pub(crate) fn linters(folder: &Path, dockerfiles: &[PathBuf]) -> Result<()> {
    for (program, arguments) in [("hadolint", &["--no-fail"][..]), ("tally", &["lint"])] {
        if Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_err()
        {
            println!("  {program:<16} not installed");
            continue;
        }
        let all = || -> Result<Duration> {
            dockerfiles
                .chunks(AT_ONCE)
                .map(|files| {
                    run(Command::new(program)
                        .args(arguments)
                        .args(files)
                        .current_dir(folder))
                })
                .sum()
        };
        println!("  {program:<16} {:8.2} s", all()?.as_secs_f64());
    }
    Ok(())
}

fn shortest(mut once: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let mut best = once()?;
    for _ in 1..RUNS {
        best = best.min(once()?);
    }
    Ok(best)
}

/// The exit code tells what was found, not whether the run is worth counting.
fn run(command: &mut Command) -> Result<Duration> {
    let begin = Instant::now();
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(begin.elapsed())
}

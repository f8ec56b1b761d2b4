//! Every project in miniature under `tests/cases/` as a test: what restage answers, compared with
//! the plain files in `snapshots/`, and, where `RESTAGE_LAB` names a folder with container
//! scripts, what the original and the rewritten image do when they run.
//!
//! `RESTAGE_BLESS=1 cargo test --test cases` writes the snapshots anew.

#![expect(
    clippy::disallowed_methods,
    reason = "a harness runs programs, and reads files that are the project's own"
)]

mod lab;
mod support;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::lab::{Bad, Lab};
use crate::support::case::Case;
use crate::support::{answer, house, snapshot};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok((trials, lab)) => {
            let conclusion = libtest_mimic::run(&arguments, trials);
            if let Some(lab) = lab {
                lab.finish();
            }
            conclusion.exit_code()
        }
        Err(error) => {
            eprint(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What is checked in a lab.
type Check = Box<dyn FnOnce(&Lab) -> anyhow::Result<()> + Send>;

fn trials() -> anyhow::Result<(Vec<Trial>, Option<Arc<Lab>>)> {
    let cases: Vec<Arc<Case>> = Case::all()?.into_iter().map(Arc::new).collect();
    let lab = std::env::var_os("RESTAGE_LAB")
        .map(|folder| Lab::new(Path::new(&folder)).map(Arc::new))
        .transpose()?;
    let mut trials = Vec::new();
    for case in &cases {
        let shared = Arc::clone(case);
        trials.push(trial(case.name(), move || answer::check(&shared)));
    }
    let in_lab = |name: String, check: Check| {
        let lab = lab.clone();
        let missing = lab.is_none();
        let trial = trial(name, move || match &lab {
            Some(lab) => check(lab),
            None => anyhow::bail!("RESTAGE_LAB is not set"),
        });
        let reason = if missing { "needs RESTAGE_LAB" } else { "" };
        trial.with_ignored_flag(missing).with_kind(reason)
    };
    for case in &cases {
        let Some(run) = &case.run else { continue };
        let group = if run.ci { "lab" } else { "lab-more" };
        let case = Arc::clone(case);
        let name = format!("{group}/{}", case.name());
        trials.push(in_lab(name, Box::new(move |lab| lab.prove(&case))));
    }
    for bad in Bad::all()? {
        let name = format!("lab/bad/{}", bad.name);
        trials.push(in_lab(name, Box::new(move |lab| lab.refuse(&bad))));
    }
    let name = "lab/only-what-is-proved-is-written".to_owned();
    trials.push(in_lab(name, Box::new(Lab::write_what_is_proved)));
    let name = "lab/a-server-in-a-namespace-is-asked".to_owned();
    trials.push(in_lab(name, Box::new(|_| lab::ask_in_a_namespace())));
    let cases = Arc::new(cases);
    for (name, check) in house::CHECKS {
        let cases = Arc::clone(&cases);
        trials.push(trial(format!("house/{name}"), move || check(&cases)));
    }
    let name = "house/every-snapshot-has-its-case".to_owned();
    trials.push(trial(name, move || snapshot::no_strays(&cases)));
    Ok((trials, lab))
}

fn trial(name: String, check: impl FnOnce() -> anyhow::Result<()> + Send + 'static) -> Trial {
    Trial::test(name, move || {
        check().map_err(|error| Failed::from(format!("{error:#}")))
    })
}

#[expect(clippy::print_stderr, reason = "a test binary talks to who runs it")]
fn eprint(message: &str) {
    eprintln!("{message}");
}

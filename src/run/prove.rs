//! Builds and runs rewrites beside their originals. Jobs in; each that has something to compare gets
//! its proof, and in a run that writes, what is not proved is declined.

use std::fs;
use std::path::Path;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::ground::{Ground, Way};
use super::together::together;
use super::worker::Job;
use super::{Invocation, Mode, Progress, Verify};
use crate::git::{self, WorkTrees};
use crate::input;
use crate::outcome::{Code, Decline};
use crate::report::{Status, Verbosity};
use crate::verify::{Proof, Subject, Verdict, Verifier, interrupt};

/// The texts that are compared.
struct Pair {
    before: String,
    after: String,
}

/// Proves what can be proved among `jobs`. The error is one of the run as a whole.
pub(super) fn prove(
    jobs: &mut [Job],
    invocation: &Invocation,
    verify: &Verify,
    progress: &Progress,
) -> Result<(), String> {
    let given = given(invocation, verify)?;
    let mut pairs = Vec::new();
    for job in jobs {
        if let Some(pair) = pair(job, invocation.mode, given.as_deref()) {
            pairs.push((job, pair));
        }
    }
    if pairs.is_empty() {
        return Ok(());
    }
    // One builder for the whole run; those of the configuration stand behind the command line's.
    let mut grounds = pairs.iter().filter_map(|(job, _)| job.ground.as_ref());
    let builder = grounds.find_map(Ground::builder);
    let verifier = Verifier::new(builder).map_err(|error| format!("{error:#}"))?;
    progress.again(pairs.len());
    // A build takes all processors by itself, and servers may want the same port.
    let threads = invocation.jobs.map_or(1, usize::from);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| format!("cannot start threads: {error}"))?;
    pool.install(|| {
        pairs.into_par_iter().for_each(|(job, pair)| {
            one(&verifier, job, &pair, invocation, progress);
            progress.step();
        });
    });
    if interrupt::is_set() {
        return Err("interrupted; what was built is removed, and nothing was written".to_owned());
    }
    Ok(())
}

/// The text of `--original`.
fn given(invocation: &Invocation, verify: &Verify) -> Result<Option<String>, String> {
    let Some(path) = &verify.original else {
        return Ok(None);
    };
    let wrong = |reason: String| format!("`--original {}`: {reason}", path.display());
    let real = fs::canonicalize(invocation.cwd.join(path));
    let real = real.map_err(|error| wrong(input::io_reason(&error)))?;
    let input = input::from_file(&real).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(input.text().to_owned()))
}

/// What is compared for a Dockerfile: it and its rewrite, or, where there is none, the original that
/// was given or committed and what the file holds now.
fn pair(job: &Job, mode: Mode, given: Option<&str>) -> Option<Pair> {
    let text = job.input.as_ref()?.text();
    if let (Status::Rewritten(rewrite, _), None) = (&job.report.status, given) {
        return Some(Pair {
            before: text.to_owned(),
            after: rewrite.text.clone(),
        });
    }
    if mode == Mode::Write || matches!(job.report.status, Status::Failed(_)) {
        return None;
    }
    let before = match given {
        Some(given) => given.to_owned(),
        None => committed(job.real.as_deref()?)?,
    };
    (before != text).then(|| Pair {
        before,
        after: text.to_owned(),
    })
}

/// The text of the last commit.
fn committed(path: &Path) -> Option<String> {
    let trees = WorkTrees::default();
    let bytes = git::committed(trees.of(path.parent()?)?, path)?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

/// Proves one, and puts what came of it into the job.
fn one(
    verifier: &Verifier,
    job: &mut Job,
    pair: &Pair,
    invocation: &Invocation,
    progress: &Progress,
) {
    let Some(ground) = &job.ground else {
        let reason = "is not built: name its build context with `--context`";
        job.report.status = Status::Failed(reason.to_owned());
        return;
    };
    let shown = &job.report.shown;
    let verbose = invocation.verbosity == Verbosity::Verbose;
    let listener = |said: &str| {
        if verbose {
            progress.line(&format!("{shown}: {said}"));
        } else {
            progress.say(&format!("{shown}: {said}"));
        }
    };
    let dockerfile = job
        .real
        .clone()
        .unwrap_or_else(|| invocation.cwd.join("Dockerfile"));
    let proved = |way: &Way| {
        let subject = Subject {
            before: &pair.before,
            after: &pair.after,
            dockerfile: &dockerfile,
            context: &ground.context,
            toolchain: job.report.toolchain,
            wishes: &way.wishes,
        };
        verifier.verify(&subject, &listener)
    };
    let proofs = ground.ways.iter().map(|way| Ok((way.said(), proved(way)?)));
    match proofs.collect::<anyhow::Result<_>>() {
        Ok(proofs) => {
            let proof = together(proofs, ground.left);
            if let Some(proof) = &proof
                && invocation.mode == Mode::Write
                && proof.verdict != Verdict::Proved
            {
                job.report.status = Status::Declined(unproved(proof));
            }
            job.report.proof = proof;
        }
        Err(error) => job.report.status = Status::Failed(format!("{error:#}")),
    }
}

fn unproved(proof: &Proof) -> Decline {
    let why = proof.differences.first().map(|why| format!(": {why}"));
    let message = format!("{}{}", proof.verdict, why.unwrap_or_default());
    Decline::new(Code::NotProved, message)
}

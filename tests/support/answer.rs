//! One case in, what is wrong with restage's answer to it out.

use anyhow::{Result, bail, ensure};
use restage::outcome::HARDENED;

use super::case::{Case, REWRITTEN};
use super::snapshot::{Kind, difference};
use super::tool::{Copy, Said, text};

/// Holds the answer to a case against `case.yaml`, the snapshots and the promises of restage.
pub(crate) fn check(case: &Case) -> Result<()> {
    let mut wrong = Vec::new();
    let copy = Copy::of(case)?;
    let original = copy.dockerfile()?;
    let shown = copy.restage(&[])?;
    let (outcome, wanted) = (outcome(&shown), wanted(case));
    if outcome != wanted {
        wrong.push(format!("expected {wanted}, got {outcome}"));
    }
    let checked = copy.restage(&["--check"])?;
    let rewritten = outcome.starts_with(REWRITTEN);
    ensure!(
        shown.code == 0,
        "exit code {}: {}",
        shown.code,
        shown.stderr
    );
    if checked.code != i32::from(rewritten) {
        wrong.push(format!("exit code {} of --check", checked.code));
    }
    if copy.dockerfile()? != original {
        wrong.push("the file changed without --write".to_owned());
    }
    let written = copy.restage(&["--write"])?;
    if written.code != 0 {
        wrong.push(format!("exit code {} of --write", written.code));
    }
    let new = copy.dockerfile()?;
    let snapshots = if rewritten {
        wrong.extend(promises(case, &copy, &shown, &new)?);
        let new = text(new)?;
        [Some(shown.stdout), Some(new), Some(shown.stderr)]
    } else {
        if new != original || !shown.stdout.is_empty() {
            wrong.push("the file was not left alone".to_owned());
        }
        [None, None, Some(shown.stderr)]
    };
    let sound = wrong.is_empty();
    for (kind, now) in Kind::ALL.into_iter().zip(snapshots) {
        wrong.extend(difference(case, kind, now.as_deref(), sound)?);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}", wrong.join("\n"))
}

/// What holds for every rewrite: its diff applies, and a second run finds nothing to do.
fn promises(case: &Case, copy: &Copy, shown: &Said, new: &[u8]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let patched = Copy::of(case)?;
    match patched.git_apply(&shown.stdout) {
        Ok(()) if patched.dockerfile()? == new => {}
        Ok(()) => wrong.push("the applied diff is not what --write writes".to_owned()),
        Err(error) => wrong.push(format!("{error:#}")),
    }
    let again = copy.restage(&["--check"])?;
    let outcome = outcome(&again);
    let settled = match case.runtime.as_deref() {
        Some(HARDENED) => "no-benefit",
        _ => "multi-stage",
    };
    if again.code != 0 || outcome != settled {
        wrong.push(format!("a second run says {outcome}"));
    }
    Ok(wrong)
}

fn wanted(case: &Case) -> String {
    match &case.runtime {
        Some(runtime) => format!(
            "{REWRITTEN}: toolchain `{}`, runtime `{runtime}`",
            case.toolchain
        ),
        None => case.expect.clone(),
    }
}

/// The outcome as standard error tells it: `rewritten: <choice>`, a code, or the whole text.
fn outcome(said: &Said) -> String {
    for line in said.stderr.lines() {
        if let Some((_, choice)) = line.split_once(": would be rewritten: ") {
            return format!("{REWRITTEN}: {choice}");
        }
        for word in [" declined[", " unchanged["] {
            let code = line
                .split_once(word)
                .and_then(|(_, rest)| rest.split_once(']'));
            if let Some((code, _)) = code {
                return code.to_owned();
            }
        }
    }
    format!("exit code {}: {}{}", said.code, said.stderr, said.stdout)
}

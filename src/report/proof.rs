//! Proofs for people: what was alike, where there are differences, and what was gained.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Palette;
use super::style::printable;
use crate::verify::{Measures, Proof, Verdict};

/// What the verifications of a run came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProofTally {
    /// How many there were.
    pub count: usize,
    /// How many came to what.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// The mean of the sizes of proved rewrites as shares of their originals'.
    pub mean_ratio: Option<f64>,
    /// The median of the same.
    pub median_ratio: Option<f64>,
    /// How many of the proved rewrites do not run as root.
    pub non_root: usize,
    #[serde(skip)]
    ratios: Vec<f64>,
}

impl ProofTally {
    /// Counts a proof.
    pub(super) fn add(&mut self, proof: &Proof) {
        self.count += 1;
        *self.verdicts.entry(proof.verdict).or_default() += 1;
        if proof.verdict != Verdict::Proved {
            return;
        }
        self.non_root += usize::from(proof.after.as_ref().is_some_and(|it| !it.is_root));
        self.ratios.extend(proof.ratio());
        self.ratios.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a count of files")]
        let count = self.ratios.len() as f64;
        self.mean_ratio = (count > 0.0).then(|| self.ratios.iter().sum::<f64>() / count);
        self.median_ratio = median(&self.ratios);
    }

    /// How many came to `verdict`.
    pub fn of(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// All of it in a line.
    pub fn line(&self) -> String {
        let counts = self
            .verdicts
            .iter()
            .map(|(verdict, count)| format!("{count} {verdict}"));
        let mut line = counts.collect::<Vec<_>>().join(", ");
        if let (Some(mean), Some(median)) = (self.mean_ratio, self.median_ratio) {
            let (proved, non_root) = (self.of(Verdict::Proved), self.non_root);
            let sizes = format!(
                "; of the proved, size ratio {median:.3} (median), {mean:.3} (mean), \
                 {non_root} of {proved} not as root"
            );
            line += &sizes;
        }
        line
    }
}

/// The median of sorted numbers.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(*lower, upper))
}

/// Writes what came of one verification.
pub(super) fn write(
    out: &mut dyn Write,
    palette: Palette,
    shown: &str,
    proof: &Proof,
) -> io::Result<()> {
    let style = match proof.verdict {
        Verdict::Proved => palette.good,
        _ => palette.error,
    };
    writeln!(out, "{shown}: {style}{}{style:#}", proof.verdict)?;
    let mut say = |mark: &str, text: &str| {
        let text = printable(text).replace('\n', "\n      ");
        writeln!(out, "  {mark} {text}")
    };
    for text in &proof.differences {
        say("!=", text)?;
    }
    for text in &proof.alike {
        say("==", text)?;
    }
    for text in &proof.open {
        say(" ?", text)?;
    }
    for text in gains(proof) {
        say(" >", &text)?;
    }
    Ok(())
}

/// What the rewrite gains, a line each.
fn gains(proof: &Proof) -> Vec<String> {
    let mut gains = Vec::new();
    if let (Some(before), Some(after)) = (&proof.before, &proof.after) {
        let ratio = proof.ratio().map(|ratio| format!(" ({ratio:.3})"));
        gains.push(format!(
            "size {} -> {}{}, {} -> {} files, {} -> {} packages, {} -> {} layers",
            size(before.bytes),
            size(after.bytes),
            ratio.unwrap_or_default(),
            before.files,
            after.files,
            before.packages,
            after.packages,
            before.layers,
            after.layers,
        ));
        let mut rest = Vec::new();
        rest.extend(changed("user", &user(before), &user(after)));
        rest.extend(changed(
            "shells",
            &listed(&before.shells),
            &listed(&after.shells),
        ));
        rest.extend(changed(
            "tools",
            &listed(&before.tools),
            &listed(&after.tools),
        ));
        if let (Some(before), Some(after)) = (before.start_ms, after.start_ms) {
            rest.push(format!("start {} -> {}", seconds(before), seconds(after)));
        }
        rest.push(format!(
            "build {} -> {}",
            seconds(before.build_ms),
            seconds(after.build_ms)
        ));
        gains.extend(rest);
    }
    if let Some(rebuild) = &proof.rebuild {
        let (cached, all) = (rebuild.cached(), rebuild.steps.len());
        gains.push(format!(
            "rebuild after a change of {} {}, {cached} of {all} steps from the cache",
            rebuild.changed,
            seconds(rebuild.build_ms)
        ));
    }
    gains
}

fn changed(what: &str, before: &str, after: &str) -> Option<String> {
    (before != after).then(|| format!("{what} {before} -> {after}"))
}

fn user(measures: &Measures) -> String {
    if measures.is_root {
        "root".to_owned()
    } else {
        measures.user.clone()
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (unit, name) in units {
        if bytes >= unit {
            let tenths = bytes * 10 / unit;
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} B")
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1000, millis % 1000 / 100)
}

//! Proofs for people: what was alike, where there are differences, and what was gained.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Palette;
use super::measured::{self, Row};
use super::style::printable;
use crate::verify::{Proof, Verdict};

/// How many measures, the first ones, are told in one line.
const COUNTS: usize = 4;

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

/// What the rewrite gains: the counts in a line, all else that changed in a line each.
fn gains(proof: &Proof) -> Vec<String> {
    let rows = measured::rows(proof);
    let (counts, rest) = rows.split_at(rows.len().min(COUNTS));
    let counts: Vec<_> = counts.iter().map(count).collect();
    let mut gains = Vec::new();
    if !counts.is_empty() {
        gains.push(counts.join(", "));
    }
    let changed = rest.iter().filter(|row| row.before != row.after);
    gains.extend(changed.map(|row| format!("{} {} -> {}", row.what, row.before, row.after)));
    gains.extend(proof.rebuild.as_ref().map(measured::rebuilt));
    gains
}

/// `size 800.1 MB -> 20.0 MB (0.025)`, `31 -> 2 files`.
fn count(row: &Row) -> String {
    let Row {
        what,
        before,
        after,
    } = row;
    match *what {
        "size" => format!("{what} {before} -> {after}"),
        _ => format!("{before} -> {after} {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::{Measures, Rebuild};

    fn proof(verdict: Verdict, before: u64, after: u64) -> Proof {
        let image = |bytes, is_root| Measures {
            bytes,
            is_root,
            user: if is_root { "0" } else { "65532:65532" }.to_owned(),
            ..Measures::default()
        };
        Proof {
            before: Some(image(before, true)),
            after: Some(image(after, false)),
            ..Proof::new(verdict, "docker")
        }
    }

    fn tally(proofs: &[Proof]) -> ProofTally {
        let mut tally = ProofTally::default();
        for proof in proofs {
            tally.add(proof);
        }
        tally
    }

    fn text(proof: &Proof) -> String {
        let mut out = Vec::new();
        write(&mut out, Palette::default(), "a/Dockerfile", proof).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn sizes_are_told_of_the_proved_alone() {
        let mut as_root = proof(Verdict::Proved, 1_000, 100);
        as_root.after.as_mut().unwrap().is_root = true;
        let tally = tally(&[
            proof(Verdict::Proved, 1_000, 600),
            as_root,
            proof(Verdict::Proved, 1_000, 200),
            proof(Verdict::Differs, 1_000, 1),
        ]);
        assert_eq!(
            (tally.count, tally.of(Verdict::Proved), tally.non_root),
            (4, 3, 2)
        );
        assert_eq!(
            tally.line(),
            "3 proved, 1 differs; of the proved, size ratio 0.200 (median), 0.300 (mean), \
             2 of 3 not as root"
        );
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let proofs = [100, 500, 300, 900].map(|after| proof(Verdict::Proved, 1_000, after));
        assert_eq!(tally(&proofs).median_ratio, Some(0.4));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn without_a_proved_rewrite_there_are_no_sizes() {
        let mut gone = proof(Verdict::OriginalDoesNotBuild, 0, 0);
        (gone.before, gone.after) = (None, None);
        let tally = tally(&[gone, proof(Verdict::DoesNotBuild, 1_000, 10)]);
        assert_eq!((tally.mean_ratio, tally.median_ratio), (None, None));
        assert_eq!(
            tally.line(),
            "1 does not build, 1 original does not build",
            "in the order of gravity"
        );
    }

    #[test]
    fn an_empty_original_has_no_ratio() {
        let tally = tally(&[proof(Verdict::Proved, 0, 10)]);
        assert_eq!(tally.mean_ratio, None);
        assert_eq!(tally.line(), "1 proved");
    }

    #[test]
    fn a_proof_is_told_with_what_it_rests_on_and_what_changed() {
        let mut proof = proof(Verdict::Proved, 812_300_000, 21_000_000);
        proof.alike = vec!["configuration".to_owned()];
        proof.open = vec!["its output: the original does not do the same twice".to_owned()];
        let (before, after) = (
            proof.before.as_mut().unwrap(),
            proof.after.as_mut().unwrap(),
        );
        (before.files, after.files) = (20_000, 31);
        (before.layers, after.layers) = (9, 5);
        (before.packages, after.packages) = (240, 4);
        before.shells = vec!["/bin/bash".to_owned(), "/bin/sh".to_owned()];
        (before.build_ms, after.build_ms) = (12_340, 12_390);
        (before.start_ms, after.start_ms) = (Some(900), Some(150));
        proof.rebuild = Some(Rebuild {
            changed: "main.go".to_owned(),
            build_ms: 2_100,
            steps: Vec::new(),
        });
        assert_eq!(
            text(&proof),
            "a/Dockerfile: proved\n\
             \x20 == configuration\n\
             \x20  ? its output: the original does not do the same twice\n\
             \x20  > size 812.3 MB -> 21.0 MB (0.026), 20000 -> 31 files, 9 -> 5 layers, \
             240 -> 4 packages\n\
             \x20  > user root -> 65532:65532\n\
             \x20  > shells /bin/bash /bin/sh -> none\n\
             \x20  > start 0.9 s -> 0.1 s\n\
             \x20  > rebuild after a change of main.go 2.1 s\n"
        );
    }

    #[test]
    fn what_a_program_says_stays_within_its_proof() {
        let mut proof = proof(Verdict::DoesNotBuild, 0, 0);
        proof.after = None;
        proof.differences = vec!["step 3\nb/Dockerfile: proved \u{1b}[2J".to_owned()];
        assert_eq!(
            text(&proof),
            "a/Dockerfile: does not build\n\
             \x20 != step 3\n\
             \x20     b/Dockerfile: proved \\u{1b}[2J\n"
        );
    }
}

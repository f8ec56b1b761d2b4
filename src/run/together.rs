//! Proofs of one Dockerfile with several sets of build args in, one proof out: it is proved if it is
//! proved with all of them.

use crate::verify::{Proof, Verdict};

/// One proof of several, each with its build args in words; what was measured is told of the first.
/// `left` sets were not tried.
pub(super) fn together(proofs: Vec<(String, Proof)>, left: usize) -> Option<Proof> {
    let differences = told(&proofs, |proof| &proof.differences);
    let mut open = told(&proofs, |proof| &proof.open);
    if left > 0 {
        let sets = if left == 1 { "set" } else { "sets" };
        open.push(format!(
            "{left} more {sets} of build args that somebody passes"
        ));
    }
    let mut proofs = proofs.into_iter();
    let (_, mut all) = proofs.next()?;
    for (said, proof) in proofs {
        if proof.verdict == Verdict::Proved {
            all.alike.push(format!("{said} both do the same, too"));
        } else {
            all.alike.retain(|text| proof.alike.contains(text));
        }
        all.verdict = all.verdict.graver(proof.verdict);
    }
    Some(Proof {
        differences,
        open,
        ..all
    })
}

/// The sentences of all proofs: what all say once, what only some say with their build args.
fn told(proofs: &[(String, Proof)], of: impl Fn(&Proof) -> &Vec<String>) -> Vec<String> {
    let by_all = |text: &String| proofs.iter().all(|(_, proof)| of(proof).contains(text));
    let mut told = Vec::new();
    for (number, (said, proof)) in proofs.iter().enumerate() {
        for text in of(proof) {
            if !by_all(text) {
                told.push(format!("{said}: {text}"));
            } else if number == 0 {
                told.push(text.clone());
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(verdict: Verdict, differences: &[&str], alike: &[&str]) -> Proof {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Proof {
            differences: list(differences),
            alike: list(alike),
            ..Proof::new(verdict, "podman")
        }
    }

    fn of(proofs: Vec<(&str, Proof)>, left: usize) -> Proof {
        let proofs = proofs.into_iter();
        let proofs = proofs.map(|(said, proof)| (said.to_owned(), proof));
        together(proofs.collect(), left).unwrap()
    }

    #[test]
    fn one_proof_stays_as_it_is() {
        let one = proof(Verdict::Differs, &["x"], &["configuration"]);
        assert_eq!(of(vec![("with `A=1`", one.clone())], 0), one);
        assert_eq!(together(Vec::new(), 0), None);
    }

    #[test]
    fn the_worst_counts_and_tells_its_build_args() {
        let all = of(
            vec![
                (
                    "with `A=1`",
                    proof(
                        Verdict::Proved,
                        &[],
                        &["configuration", "GET :80/ gives 200"],
                    ),
                ),
                (
                    "with `A=2`",
                    proof(
                        Verdict::Proved,
                        &[],
                        &["configuration", "GET :80/ gives 404"],
                    ),
                ),
                (
                    "with `A=3`",
                    proof(Verdict::Differs, &["x"], &["configuration"]),
                ),
                (
                    "with `A=4`",
                    proof(Verdict::OriginalDoesNotBuild, &["no"], &[]),
                ),
            ],
            2,
        );
        assert_eq!(all.verdict, Verdict::Differs);
        assert_eq!(all.differences, ["with `A=3`: x", "with `A=4`: no"]);
        assert!(all.alike.is_empty(), "{:?}", all.alike);
        assert_eq!(all.open, ["2 more sets of build args that somebody passes"]);
    }

    #[test]
    fn what_is_proved_with_all_says_so() {
        let alike = ["configuration"];
        let unseen = || vec!["ports".to_owned()];
        let (mut one, mut other) = (
            proof(Verdict::Proved, &[], &alike),
            proof(Verdict::Proved, &[], &alike),
        );
        (one.open, other.open) = (unseen(), unseen());
        other.open.push("packages".to_owned());
        let all = of(vec![("with `A=1`", one), ("with `A=2`", other)], 0);
        assert_eq!(all.verdict, Verdict::Proved);
        assert_eq!(
            all.alike,
            ["configuration", "with `A=2` both do the same, too"]
        );
        assert_eq!(all.open, ["ports", "with `A=2`: packages"]);
    }
}

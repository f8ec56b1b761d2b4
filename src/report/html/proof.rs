//! A proof as plain data for the page.

use serde::Serialize;

use crate::report::measured::{self, Row};
use crate::verify::{Proof, Verdict};

/// What the page shows of a proof.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    verdict: &'static str,
    /// The class of its badge.
    tone: &'static str,
    /// What it found: a heading, and sentences under it.
    findings: Vec<(&'static str, &'a [String])>,
    builder: &'static str,
    scanner: Option<&'a str>,
    rows: Vec<Row>,
    rebuild: Option<String>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(proof: &'a Proof) -> Self {
        let findings = [
            ("differences", proof.differences.as_slice()),
            ("alike", proof.alike.as_slice()),
            ("not compared", proof.open.as_slice()),
        ];
        let findings = findings.into_iter();
        Self {
            verdict: proof.verdict.as_str(),
            tone: tone(proof.verdict),
            findings: findings.filter(|(_, found)| !found.is_empty()).collect(),
            builder: proof.builder,
            scanner: proof.scanner.as_deref(),
            rows: measured::rows(proof),
            rebuild: proof.rebuild.as_ref().map(measured::rebuilt),
        }
    }
}

fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "good",
        Verdict::Differs | Verdict::DoesNotBuild => "bad",
        Verdict::OriginalDoesNotBuild => "warn",
    }
}

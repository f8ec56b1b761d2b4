//! What was measured of two images in, words for it out: one place for every format.

use serde::Serialize;

use crate::verify::{Measures, Proof, Rebuild, Vulnerabilities};

/// One measure of both images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    /// What was measured.
    pub(super) what: &'static str,
    /// Of the original.
    pub(super) before: String,
    /// Of the rewrite.
    pub(super) after: String,
}

/// What the row with the counts of a scanner is called.
pub(super) const VULNERABILITIES: &str = "vulnerabilities";

/// Every measure of the two images of a proof; none where one of them was not built.
pub(super) fn rows(proof: &Proof) -> Vec<Row> {
    let (Some(before), Some(after)) = (&proof.before, &proof.after) else {
        return Vec::new();
    };
    let row = |what, measure: &dyn Fn(&Measures) -> String| Row {
        what,
        before: measure(before),
        after: measure(after),
    };
    let ratio = proof.ratio().map(|ratio| format!(" ({ratio:.3})"));
    let mut rows = vec![
        Row {
            what: "size",
            before: size(before.bytes),
            after: size(after.bytes) + &ratio.unwrap_or_default(),
        },
        row("files", &|image| image.files.to_string()),
        row("layers", &|image| image.layers.to_string()),
        row("packages", &|image| image.packages.to_string()),
        row("user", &user),
        row("shells", &|image| listed(&image.shells)),
        row("tools", &|image| listed(&image.tools)),
    ];
    if let (Some(before), Some(after)) = (before.vulnerabilities, after.vulnerabilities) {
        rows.push(Row {
            what: VULNERABILITIES,
            before: counted(before),
            after: counted(after),
        });
    }
    if let (Some(before), Some(after)) = (before.start_ms, after.start_ms) {
        rows.push(Row {
            what: "start",
            before: seconds(before),
            after: seconds(after),
        });
    }
    rows.push(row("build", &|image| seconds(image.build_ms)));
    rows
}

/// How many vulnerabilities there are.
fn counted(found: Vulnerabilities) -> String {
    let Vulnerabilities { critical, high } = found;
    format!("{critical} critical, {high} high")
}

/// What a build after a change took.
pub(super) fn rebuilt(rebuild: &Rebuild) -> String {
    let (changed, time) = (&rebuild.changed, seconds(rebuild.build_ms));
    let steps = of_steps(rebuild.cached(), rebuild.steps.len());
    format!("rebuild after a change of {changed} {time}{steps}")
}

/// A builder may say nothing of its steps that is understood.
fn of_steps(cached: usize, all: usize) -> String {
    if all == 0 {
        return String::new();
    }
    format!(", {cached} of {all} steps from the cache")
}

/// Whom an image runs as. Root has several names.
fn user(image: &Measures) -> String {
    if image.is_root {
        "root".to_owned()
    } else {
        image.user.clone()
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
            // The parts one by one: ten times the bytes need not fit.
            let tenths = bytes % unit / (unit / 10);
            return format!("{}.{tenths} {name}", bytes / unit);
        }
    }
    format!("{bytes} B")
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1000, millis % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_largest_unit_that_they_fill() {
        for (bytes, told) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_999_999, "1.9 MB"),
            (1_250_000_000, "1.2 GB"),
            (u64::MAX, "18446744073.7 GB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }

    #[test]
    fn times_are_told_in_tenths_of_seconds() {
        assert_eq!(seconds(0), "0.0 s");
        assert_eq!(seconds(1_990), "1.9 s");
        assert_eq!(seconds(61_050), "61.0 s");
    }

    #[test]
    fn steps_that_nobody_told_of_are_not_counted() {
        assert_eq!(of_steps(5, 7), ", 5 of 7 steps from the cache");
        assert_eq!(of_steps(0, 0), "");
    }
}

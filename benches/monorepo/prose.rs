//! Names and numbers of which sources, manifests and lockfiles are made.

use std::ops::Range;

use fastrand::Rng;

use crate::tree::File;

const NOUNS: [&str; 24] = [
    "account",
    "address",
    "basket",
    "booking",
    "carrier",
    "catalogue",
    "customer",
    "delivery",
    "discount",
    "event",
    "invoice",
    "ledger",
    "message",
    "order",
    "parcel",
    "payment",
    "price",
    "product",
    "report",
    "review",
    "route",
    "session",
    "stock",
    "token",
];
const VERBS: [&str; 12] = [
    "apply", "archive", "cancel", "check", "create", "fetch", "list", "merge", "publish",
    "resolve", "store", "update",
];

/// A noun of the shop's trade.
pub(crate) fn noun(rng: &mut Rng) -> &'static str {
    NOUNS[rng.usize(..NOUNS.len())]
}

/// A verb of the shop's trade.
pub(crate) fn verb(rng: &mut Rng) -> &'static str {
    VERBS[rng.usize(..VERBS.len())]
}

/// `digits` hexadecimal digits.
pub(crate) fn hex(rng: &mut Rng, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from_digit(rng.u32(..16), 16).unwrap_or('0'))
        .collect()
}

/// A version number.
pub(crate) fn version(rng: &mut Rng) -> String {
    format!("{}.{}.{}", rng.u8(0..9), rng.u8(0..40), rng.u8(0..20))
}

/// One in `odds` of `known`, each at some version.
pub(crate) fn dependencies(
    rng: &mut Rng,
    known: &[&'static str],
    odds: u8,
) -> Vec<(&'static str, String)> {
    let mut chosen = Vec::new();
    for &name in known {
        if rng.u8(..odds) == 0 {
            chosen.push((name, version(rng)));
        }
    }
    chosen
}

/// As many lines as a number in `count` says, each from `line`.
pub(crate) fn lines(
    rng: &mut Rng,
    count: Range<usize>,
    line: fn(&mut Rng, usize) -> String,
) -> String {
    let lines: Vec<String> = (0..rng.usize(count))
        .map(|number| line(rng, number))
        .collect();
    lines.concat()
}

/// Source files `<folder>/<noun>_<number><suffix>`: each from `head` and some dozen functions.
pub(crate) fn sources(
    rng: &mut Rng,
    folder: &str,
    suffix: &str,
    head: &str,
    function: fn(&mut Rng, usize) -> String,
) -> Vec<File> {
    (0..rng.usize(4..24))
        .map(|number| {
            let path = format!("{folder}/{}_{number}{suffix}", noun(rng));
            let functions = (0..rng.usize(3..15)).map(|number| function(rng, number));
            let text = functions.fold(head.to_owned(), |text, function| text + "\n" + &function);
            (path, text)
        })
        .collect()
}

/// The files that every repository has and no image needs.
pub(crate) fn rest(rng: &mut Rng, name: &str) -> Vec<File> {
    let mut files = vec![
        (
            "README.md".to_owned(),
            format!("# {name}\n\n").repeat(rng.usize(1..40)),
        ),
        (".gitignore".to_owned(), "*.log\n/tmp/\n".to_owned()),
    ];
    if rng.bool() {
        files.push((
            ".dockerignore".to_owned(),
            ".git\n*.md\n**/*.log\n".to_owned(),
        ));
    }
    files
}
